// A relay that hangs must not slow down a request. Two servers on the same machine, one with a
// healthy relay and one with a relay that hangs for over a minute without a break, get requests in
// turn, so that other load on the machine affects both alike. (The first server's emails are load,
// too, and delay both.)
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../lib/client.mjs';
import { busyTime, cpuTime } from '../../lib/cpu.mjs';
import { quantile, round } from '../../lib/statistics.mjs';
import { Figures } from './figures.mjs';
import { Stage, on } from './stage.mjs';

const CUSTOMERS = 20;
/**
 * Requests per second to both servers together. They do not wait for the replies to earlier ones.
 */
const REQUESTS_PER_SECOND = 40;
const WARM_UP_MS = 4_000;
/** A round consists of 32 windows. */
const WINDOW_MS = 2_000;
const WINDOWS = 32;
/**
 * Rounds continue, with new servers, until chance cannot explain the result any more. If it still
 * can after the last round, the result stands, and the table says so.
 */
const ROUNDS = { least: 2, most: 7 };
const MOST = 1.05;
/**
 * In memory, if there is such a directory: on a shared disk, p99 would measure the writes of
 * others.
 */
const PARENT = ['/dev/shm'].find((folder) => existsSync(folder));
/** A window is calm if other programs used at most this share of one core. */
const CALM = 0.2;
/** The number of calm windows from which on the others are left out: 2 minutes. */
const ENOUGH = 60;
const RESAMPLES = 1_000;

/** @typedef {import('../../lib/random.mjs').Random} Random */
/**
 * The times of the requests in one window in milliseconds, and what other programs used meanwhile,
 * as a share of one core.
 * @typedef {{ normal: number[], hanging: number[], others: number }} Window
 */
/** @typedef {{ windows: Window[], failures: number, seconds: number, rounds: number }} Results */
/** @typedef {{ p99: number, low: number, high: number }} Ratio */

/**
 * @param {{ random: Random }} options
 * @returns {Promise<import('./figures.mjs').Figure[]>}
 */
export async function hang({ random }) {
  /** @type {Results} */
  const results = { windows: [], failures: 0, seconds: 0, rounds: 0 };
  for (;;) {
    await runRound(random, results);
    results.rounds += 1;
    const ratio = compare(chosen(results.windows), random);
    const isClear = ratio.high <= MOST || ratio.low > MOST;
    if ((results.rounds >= ROUNDS.least && isClear) || results.rounds === ROUNDS.most) return report(results, ratio, isClear);
    console.log(`  round ${results.rounds}: p99 is ${round(ratio.p99)} of normal, ${rangeOf(ratio)} with 95 % confidence`);
  }
}

/**
 * Runs a round with new servers, so that none starts with unsent emails of an earlier round.
 * @param {Random} random
 * @param {Results} results
 */
async function runRound(random, results) {
  const normal = await Stage.open(CUSTOMERS, { parent: PARENT });
  await on(normal, async () => {
    const hanging = await Stage.open(CUSTOMERS, { parent: PARENT });
    await on(hanging, async () => {
      await window(normal, hanging, random, WARM_UP_MS);
      hanging.relay.hang();
      const begun = performance.now();
      for (let count = 0; count < WINDOWS; count += 1) {
        const { times, failures } = await window(normal, hanging, random, WINDOW_MS);
        results.windows.push(times);
        results.failures += failures;
      }
      results.seconds = (performance.now() - begun) / 1000;
    });
  });
}

/**
 * @param {Stage} normal
 * @param {Stage} hanging
 * @param {Random} random
 * @param {number} duration
 */
async function window(normal, hanging, random, duration) {
  const results = { times: /** @type {Window} */ ({ normal: [], hanging: [], others: 0 }), failures: 0 };
  const used = usedByOthers(normal, hanging);
  /** @type {Promise<void>[]} */
  const requests = [];
  const end = performance.now() + duration;
  let turns = [normal, hanging];
  for (let at = performance.now(); at < end; at += random.gap(1000 / REQUESTS_PER_SECOND)) {
    await sleep(Math.max(0, at - performance.now()));
    if (turns.length === 0) turns = random.next() < 0.5 ? [normal, hanging] : [hanging, normal];
    const stage = /** @type {Stage} */ (turns.pop());
    const times = stage === normal ? results.times.normal : results.times.hanging;
    requests.push(request(stage, requests.length, times, results));
  }
  await Promise.all(requests);
  results.times.others = used() / duration;
  return results;
}

/**
 * Returns a function that tells how much CPU time other programs have used since the call, in
 * milliseconds.
 * @param {Stage} normal
 * @param {Stage} hanging
 */
function usedByOthers(normal, hanging) {
  const pids = [process.pid, normal.server.pid, hanging.server.pid];
  const used = () => busyTime() - pids.reduce((sum, pid) => sum + cpuTime(pid), 0);
  const before = used();
  return () => used() - before;
}

/**
 * Returns the calm windows, if there are enough, otherwise all. Whether a window is calm does not
 * depend on the speed of the servers.
 * @param {Window[]} windows
 */
function chosen(windows) {
  const calm = calmOf(windows);
  return calm.length >= ENOUGH ? calm : windows;
}

/**
 * @param {Stage} stage
 * @param {number} index
 * @param {number[]} times
 * @param {{ failures: number }} results
 */
async function request({ server, emails }, index, times, results) {
  const fields = { contact_type: 'email', contact_value: String(emails[index % emails.length]) };
  const sent = performance.now();
  const { status, location } = await new Client(server.url).post('/otp/request/', fields);
  times.push(performance.now() - sent);
  if (status !== 303 || location !== '/otp/verify/') results.failures += 1;
}

/**
 * Returns the ratio of the hanging p99 to the normal one, and its range with 95 % confidence. The
 * range comes from resampling (bootstrap) of whole windows, because whatever slows one request down
 * slows its neighbours down, too.
 * @param {Window[]} windows
 * @param {Random} random
 * @returns {Ratio}
 */
function compare(windows, random) {
  const draw = () => windows.map(() => /** @type {Window} */ (windows[Math.floor(random.next() * windows.length)]));
  const drawn = Array.from({ length: RESAMPLES }, () => ratioOf(draw()));
  return { p99: ratioOf(windows), low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

/** @param {Ratio} ratio */
const rangeOf = ({ low, high }) => `${round(low)} to ${round(high)}`;

/** @param {Window[]} windows */
const ratioOf = (windows) => quantile(hangingOf(windows), 0.99) / quantile(normalOf(windows), 0.99);

/** @param {Window[]} windows */
const calmOf = (windows) => windows.filter(({ others }) => others <= CALM);

/** @param {Window[]} windows */
const normalOf = (windows) => windows.flatMap(({ normal }) => normal);

/** @param {Window[]} windows */
const hangingOf = (windows) => windows.flatMap(({ hanging }) => hanging);

/**
 * @param {Results} results
 * @param {Ratio} ratio
 * @param {boolean} isClear
 */
function report({ windows, failures, seconds, rounds }, ratio, isClear) {
  const figures = new Figures('hang');
  const used = chosen(windows);
  const [normal, hanging] = [normalOf(used), hangingOf(used)];
  const show = (/** @type {number} */ share) => [normal, hanging].map((times) => round(quantile(times, share))).join(', ');
  figures.atLeast('seconds that the relay hung in one piece', seconds, 60);
  figures.tell(`calm windows of ${windows.length} in ${rounds} rounds, and used`, `${calmOf(windows).length}, ${used.length}`);
  figures.tell('requests in them, normal and hanging', `${normal.length}, ${hanging.length}`);
  figures.tell('median, normal and hanging, ms', show(0.5));
  figures.tell('p99, normal and hanging, ms', show(0.99));
  figures.atMost('p99 hanging over normal', ratio.p99, MOST);
  figures.tell('the same with 95 % confidence', `${rangeOf(ratio)}${isClear ? '' : ', too noisy'}`);
  figures.tell('load of the machine, cores', `${round(Number(loadavg()[0]))}, ${cpus().length}`);
  figures.atMost('requests not accepted', failures, 0);
  return figures.list;
}
