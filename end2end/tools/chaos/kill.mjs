// Kills the server (kill -9) repeatedly under load. No accepted request may be lost, and an email
// may be sent again only if a kill interrupted its delivery.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../lib/process.mjs';
import { quantile } from '../../lib/statistics.mjs';
import { LoadGenerator } from './load-generator.mjs';
import { Measurements } from './measurements.mjs';
import { ServerLifecycle } from './server-lifecycle.mjs';
import { LoginChecks } from './login-checks.mjs';
import { TestEnvironment, withEnvironment } from './test-environment.mjs';

const CUSTOMERS = 64;
const REQUEST_WORKERS = 6;
const LOGIN_WORKERS = 2;
/**
 * The lease of a process on a message (`LEASE` in src/server/codes/queue.rs). After a kill, no
 * process sends a message that was being sent until its lease has expired.
 */
const LEASE_MS = 2_000;
/** Milliseconds in which the next process looks for expired leases and sends the messages. */
const TAKEOVER_MS = 5_000;
const DELIVERY_LIMIT_MS = 60_000;
/** Milliseconds within which the relay's reply is recorded in the database, on a busy machine. */
const RECORDING_MS = 300;
/**
 * The maximum delay in milliseconds between a request and a kill that is timed to interrupt it. A
 * request takes about as long.
 */
const KILL_DELAY_MS = 12;

/** @typedef {import('../../lib/smtp-sink.mjs').ReceivedMail} ReceivedMail */

/**
 * @param {{ random: import('../../lib/random.mjs').Random, kills: number }} options
 * @returns {Promise<import('./measurements.mjs').Measurement[]>}
 */
export async function kill({ random, kills }) {
  const delayRandom = random.fork();
  const delays = { command: () => 0, data: () => delayRandom.between(1, 80) };
  const environment = await TestEnvironment.open(CUSTOMERS, { delays });
  return withEnvironment(environment, async () => {
    const lifecycle = new ServerLifecycle(environment);
    const load = new LoadGenerator(environment);
    const checks = new LoginChecks(lifecycle, load);
    await runWithKills(kills, random, lifecycle, load, checks);
    await waitForMails(lifecycle, load);
    await checks.checkAll();
    return report(lifecycle, load, checks);
  });
}

/**
 * Runs the load and kills the server meanwhile.
 * @param {number} kills
 * @param {import('../../lib/random.mjs').Random} random
 * @param {ServerLifecycle} lifecycle
 * @param {LoadGenerator} load
 * @param {LoginChecks} checks
 */
async function runWithKills(kills, random, lifecycle, load, checks) {
  let isDone = false;
  const repeat = async (/** @type {() => Promise<unknown>} */ act, /** @type {number} */ meanPause) => {
    while (!isDone) {
      await lifecycle.waitUntilUp();
      await act();
      await sleep(random.between(0, 2 * meanPause));
    }
  };
  const workers = Promise.all([
    ...Array.from({ length: REQUEST_WORKERS }, () => repeat(() => load.requestCode(), 100)),
    ...Array.from({ length: LOGIN_WORKERS }, () => repeat(() => checks.logIn(), 300)),
    repeat(() => checks.check(), 200),
  ]);
  const targets = [() => sleep(0), () => load.requestSent.notified(), () => checks.codeSubmitted.notified()];
  const killer = async () => {
    for (let count = 1; count <= kills && !isDone; count += 1) {
      await sleep(random.between(200, 1_400));
      const target = targets[Math.floor(random.next() * targets.length)];
      await Promise.race([target?.(), sleep(1_000)]);
      await sleep(random.between(0, KILL_DELAY_MS));
      await lifecycle.killAndRestart();
      if (count % 50 === 0) console.log(`  ${count} kills, ${load.accepted.length} requests accepted`);
    }
  };
  // A failure of a worker ends the run.
  await Promise.race([workers, killer()]).finally(() => (isDone = true));
  await workers;
}

/**
 * Waits until every email has arrived, and until a repeat after the last kill would have arrived.
 * @param {ServerLifecycle} lifecycle
 * @param {LoadGenerator} load
 */
async function waitForMails(lifecycle, load) {
  const last = lifecycle.startTimes.at(-1) ?? Date.now();
  const hasArrived = () => Date.now() > last + LEASE_MS + TAKEOVER_MS && load.requestsWithoutMail.length === 0;
  const timeout = last + DELIVERY_LIMIT_MS - Date.now();
  // A late email is reported in the measurements.
  await waitFor('the mails', hasArrived, timeout).catch(() => {});
}

/**
 * @param {ServerLifecycle} lifecycle
 * @param {LoadGenerator} load
 * @param {LoginChecks} checks
 */
function report(lifecycle, load, checks) {
  const measurements = new Measurements('kill');
  const repeats = [...load.copiesByMessageId.values()].filter(({ length }) => length > 1);
  const recovery = recoveryTimes(lifecycle, load);
  measurements.record('kills', lifecycle.killTimes.length);
  measurements.record('startup time, median and maximum, ms', `${quantile(lifecycle.startupDurations, 0.5)}, ${Math.max(...lifecycle.startupDurations)}`);
  measurements.record('requests interrupted by a kill', load.requests.length - load.accepted.length);
  measurements.atLeast('accepted requests per kill', load.accepted.length / lifecycle.killTimes.length, 5);
  measurements.atMost('accepted requests without a mail', load.requestsWithoutMail.length, 0);
  measurements.record('mails delayed by a kill', recovery.length);
  measurements.atMost('maximum seconds from a start to a delayed mail', Math.max(0, ...recovery) / 1000, DELIVERY_LIMIT_MS / 1000);
  measurements.atMost('unexpected mails', load.unexpectedMails, 0);
  measurements.record('mails sent more than once', repeats.length);
  measurements.atMost('repeats that no kill explains', sum(repeats, (copies) => countUnexplained(copies, lifecycle.killTimes, load)), 0);
  measurements.atMost('repeats with different content', sum(repeats, countDifferent), 0);
  measurements.atLeast('logins', checks.logins.length, lifecycle.killTimes.length / 4);
  measurements.record('logins repeated after a lost reply', checks.interrupted);
  measurements.atMost('logins rejected', checks.rejected, 0);
  measurements.atMost('lost sessions', checks.lostSessions, 0);
  measurements.record('used codes submitted again', checks.logins.filter(({ isCodeReplayed }) => isCodeReplayed).length);
  measurements.atMost('used codes accepted again', checks.replayedCodesAccepted, 0);
  measurements.atMost('panics', lifecycle.panics + load.environment.panics, 0);
  return measurements.list;
}

/**
 * Returns the delivery times of the emails that a kill delayed, in milliseconds: from the start
 * that follows the request, or the last kill that interrupted the email.
 * @param {ServerLifecycle} lifecycle
 * @param {LoadGenerator} load
 */
function recoveryTimes({ killTimes, startTimes }, load) {
  return load.deliveries.flatMap(({ request, mail }) => {
    const aborted = load.environment.relay.aborted.findLast(({ messageId, at }) => messageId === mail.messageId && at < mail.arrivedAt);
    const index = aborted ? killTimes.findLastIndex((at) => at <= aborted.at) : killTimes.findIndex((at) => at > request.sentAt);
    const start = startTimes[index] ?? Number.POSITIVE_INFINITY;
    return start < mail.arrivedAt ? [mail.arrivedAt - start] : [];
  });
}

/**
 * Counts the repeats of an email that no kill explains. A kill explains a repeat if it
 * occurred after the previous copy was started and before its delivery was recorded.
 * @param {ReceivedMail[]} copies
 * @param {number[]} killTimes
 * @param {LoadGenerator} load
 */
function countUnexplained(copies, killTimes, load) {
  return copies.slice(1).filter((copy, index) => {
    const before = /** @type {ReceivedMail} */ (copies[index]);
    const recorded = recordedAt(before, load);
    const isExplained = killTimes.some((at) => at >= before.startedAt && at <= Math.min(recorded, copy.startedAt));
    if (!isExplained) console.log('  unexplained repeat:', describeRepeat(before, copy, recorded, killTimes));
    return !isExplained;
  }).length;
}

/**
 * Returns the time by which the delivery of an email must have been recorded. Normally, this is
 * soon after the relay's reply. If the disk stalls, it is when a later request was recorded,
 * because the server's writes are sequential.
 * @param {ReceivedMail} mail
 * @param {LoadGenerator} load
 */
function recordedAt({ repliedAt }, load) {
  const expected = repliedAt + RECORDING_MS;
  const laterRequests = load.accepted.filter(({ sentAt }) => sentAt > expected).map(({ endedAt }) => endedAt);
  return laterRequests.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
}

/**
 * @param {ReceivedMail} before
 * @param {ReceivedMail} copy
 * @param {number} recorded
 * @param {number[]} killTimes
 */
function describeRepeat(before, copy, recorded, killTimes) {
  const since = (/** @type {number} */ at) => at - before.startedAt;
  const between = killTimes.filter((at) => at >= before.startedAt && at <= copy.startedAt).slice(0, 3).map(since);
  const { messageId, repliedAt } = before;
  return { messageId, replied: since(repliedAt), recorded: since(recorded), kills: between, again: since(copy.startedAt) };
}

/** @param {ReceivedMail[]} copies */
const countDifferent = ([first, ...others]) =>
  others.filter(({ code, content }) => code !== first?.code || content !== first?.content).length;

/**
 * @template T
 * @param {T[]} values
 * @param {(value: T) => number} count
 */
const sum = (values, count) => values.reduce((total, value) => total + count(value), 0);
