// A hanging relay must not slow down requests. Two servers on the same machine get requests
// alternately: one has a healthy relay, the other a relay that hangs for over a minute. Other load
// on the machine, including the emails of the first server, affects both equally.
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../lib/client.mjs';
import { busyTime, cpuTime } from '../../lib/cpu.mjs';
import { quantile, round } from '../../lib/statistics.mjs';
import { Measurements } from './measurements.mjs';
import { TestEnvironment, withEnvironment } from './test-environment.mjs';

const CUSTOMERS = 20;
/**
 * Requests per second to both servers together. They are sent without waiting for earlier replies
 * (open loop).
 */
const REQUESTS_PER_SECOND = 40;
const WARM_UP_MS = 4_000;
/** The measurement is divided into windows. A round consists of 32. */
const WINDOW_MS = 2_000;
const WINDOWS = 32;
/**
 * Rounds are repeated with new servers until the confidence interval excludes the limit. If it does
 * not after the last round, the table marks the result as noisy.
 */
const ROUNDS = { min: 2, max: 7 };
const MAX_RATIO = 1.05;
/**
 * In memory, if there is such a directory: on a shared disk, p99 would measure the writes of
 * others.
 */
const PARENT = ['/dev/shm'].find((folder) => existsSync(folder));
/** A window is quiet if other programs used at most this share of one core. */
const QUIET_CPU_SHARE = 0.2;
/** If there are at least this many quiet windows (2 minutes), only these are used. */
const MIN_QUIET_WINDOWS = 60;
const RESAMPLES = 1_000;

/** @typedef {import('../../lib/random.mjs').Random} Random */
/**
 * The times of the requests in one window in milliseconds, and the CPU usage of other programs
 * as a share of one core.
 * @typedef {{ normal: number[], hanging: number[], otherCpu: number }} Window
 */
/** @typedef {{ windows: Window[], failures: number, seconds: number, rounds: number }} Results */
/** @typedef {{ p99: number, low: number, high: number }} Ratio */

/**
 * @param {{ random: Random }} options
 * @returns {Promise<import('./measurements.mjs').Measurement[]>}
 */
export async function hang({ random }) {
  /** @type {Results} */
  const results = { windows: [], failures: 0, seconds: 0, rounds: 0 };
  for (;;) {
    await runRound(random, results);
    results.rounds += 1;
    const ratio = compareP99(selectWindows(results.windows), random);
    const isSignificant = ratio.high <= MAX_RATIO || ratio.low > MAX_RATIO;
    if ((results.rounds >= ROUNDS.min && isSignificant) || results.rounds === ROUNDS.max) return report(results, ratio, isSignificant);
    console.log(`  round ${results.rounds}: p99 ratio ${round(ratio.p99)}, 95 % confidence interval ${formatRange(ratio)}`);
  }
}

/**
 * Runs a round with new servers, so that none starts with unsent emails of an earlier round.
 * @param {Random} random
 * @param {Results} results
 */
async function runRound(random, results) {
  const normal = await TestEnvironment.open(CUSTOMERS, { parent: PARENT });
  await withEnvironment(normal, async () => {
    const hanging = await TestEnvironment.open(CUSTOMERS, { parent: PARENT });
    await withEnvironment(hanging, async () => {
      await runWindow(normal, hanging, random, WARM_UP_MS);
      hanging.relay.hang();
      const start = performance.now();
      for (let count = 0; count < WINDOWS; count += 1) {
        const { times, failures } = await runWindow(normal, hanging, random, WINDOW_MS);
        results.windows.push(times);
        results.failures += failures;
      }
      results.seconds = (performance.now() - start) / 1000;
    });
  });
}

/**
 * @param {TestEnvironment} normal
 * @param {TestEnvironment} hanging
 * @param {Random} random
 * @param {number} duration
 */
async function runWindow(normal, hanging, random, duration) {
  const results = { times: /** @type {Window} */ ({ normal: [], hanging: [], otherCpu: 0 }), failures: 0 };
  const used = measureOtherCpu(normal, hanging);
  /** @type {Promise<void>[]} */
  const requests = [];
  const end = performance.now() + duration;
  let turns = [normal, hanging];
  for (let at = performance.now(); at < end; at += random.exponential(1000 / REQUESTS_PER_SECOND)) {
    await sleep(Math.max(0, at - performance.now()));
    if (turns.length === 0) turns = random.next() < 0.5 ? [normal, hanging] : [hanging, normal];
    const environment = /** @type {TestEnvironment} */ (turns.pop());
    const times = environment === normal ? results.times.normal : results.times.hanging;
    requests.push(sendRequest(environment, requests.length, times, results));
  }
  await Promise.all(requests);
  results.times.otherCpu = used() / duration;
  return results;
}

/**
 * Returns a function that returns the CPU time of other programs since this call, in milliseconds.
 * @param {TestEnvironment} normal
 * @param {TestEnvironment} hanging
 */
function measureOtherCpu(normal, hanging) {
  const pids = [process.pid, normal.server.pid, hanging.server.pid];
  const used = () => busyTime() - pids.reduce((sum, pid) => sum + cpuTime(pid), 0);
  const before = used();
  return () => used() - before;
}

/**
 * Returns the quiet windows if there are enough, otherwise all. Whether a window is quiet does not
 * depend on the speed of the servers, so the selection does not bias the result.
 * @param {Window[]} windows
 */
function selectWindows(windows) {
  const quiet = quietWindows(windows);
  return quiet.length >= MIN_QUIET_WINDOWS ? quiet : windows;
}

/**
 * @param {TestEnvironment} environment
 * @param {number} index
 * @param {number[]} times
 * @param {{ failures: number }} results
 */
async function sendRequest({ server, emails }, index, times, results) {
  const fields = { contact_type: 'email', contact_value: String(emails[index % emails.length]) };
  const sent = performance.now();
  const { status, location } = await new Client(server.url).post('/otp/request/', fields);
  times.push(performance.now() - sent);
  if (status !== 303 || location !== '/otp/verify/') results.failures += 1;
}

/**
 * Returns the ratio of the hanging p99 to the normal one, and its range with 95 % confidence. The
 * range comes from resampling (bootstrap) of whole windows, because the times of
 * neighbouring requests are correlated.
 * @param {Window[]} windows
 * @param {Random} random
 * @returns {Ratio}
 */
function compareP99(windows, random) {
  const draw = () => windows.map(() => /** @type {Window} */ (windows[Math.floor(random.next() * windows.length)]));
  const drawn = Array.from({ length: RESAMPLES }, () => p99Ratio(draw()));
  return { p99: p99Ratio(windows), low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

/** @param {Ratio} ratio */
const formatRange = ({ low, high }) => `${round(low)} to ${round(high)}`;

/** @param {Window[]} windows */
const p99Ratio = (windows) => quantile(hangingTimes(windows), 0.99) / quantile(normalTimes(windows), 0.99);

/** @param {Window[]} windows */
const quietWindows = (windows) => windows.filter(({ otherCpu }) => otherCpu <= QUIET_CPU_SHARE);

/** @param {Window[]} windows */
const normalTimes = (windows) => windows.flatMap(({ normal }) => normal);

/** @param {Window[]} windows */
const hangingTimes = (windows) => windows.flatMap(({ hanging }) => hanging);

/**
 * @param {Results} results
 * @param {Ratio} ratio
 * @param {boolean} isSignificant
 */
function report({ windows, failures, seconds, rounds }, ratio, isSignificant) {
  const measurements = new Measurements('hang');
  const used = selectWindows(windows);
  const [normal, hanging] = [normalTimes(used), hangingTimes(used)];
  const show = (/** @type {number} */ share) => [normal, hanging].map((times) => round(quantile(times, share))).join(', ');
  measurements.atLeast('seconds that the relay hung without interruption', seconds, 60);
  measurements.record(`quiet windows of ${windows.length} in ${rounds} rounds; windows used`, `${quietWindows(windows).length}, ${used.length}`);
  measurements.record('requests in the used windows, normal and hanging', `${normal.length}, ${hanging.length}`);
  measurements.record('median, normal and hanging, ms', show(0.5));
  measurements.record('p99, normal and hanging, ms', show(0.99));
  measurements.atMost('ratio of p99, hanging to normal', ratio.p99, MAX_RATIO);
  measurements.record('95 % confidence interval of the ratio', `${formatRange(ratio)}${isSignificant ? '' : ', too noisy'}`);
  measurements.record('load average, cores', `${round(Number(loadavg()[0]))}, ${cpus().length}`);
  measurements.atMost('requests not accepted', failures, 0);
  return measurements.list;
}
