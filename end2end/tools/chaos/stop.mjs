// Sends SIGTERM under load while the relay hangs. The server must stop in time, and send the emails
// of accepted requests after the next start.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../lib/process.mjs';
import { round } from '../../lib/statistics.mjs';
import { LoadGenerator } from './load-generator.mjs';
import { Measurements } from './measurements.mjs';
import { TestEnvironment, withEnvironment } from './test-environment.mjs';

const CUSTOMERS = 40;
const REQUEST_WORKERS = 4;
/**
 * Functions that wait until it is time for SIGTERM. An attempt waits 30 s for a reply. SIGTERM is sent
 * when the first attempts have just started, when half of their time has passed, and when the next
 * one starts.
 */
/** @type {((environment: TestEnvironment) => Promise<void>)[]} */
const DELAYS = [
  () => sleep(500),
  () => sleep(15_000),
  async ({ relay }) => {
    await sleep(27_000);
    await Promise.race([relay.connected.notified(), sleep(10_000)]);
  },
];
const STOP_LIMIT_MS = 15_000;
/** Milliseconds after which a server that does not stop is killed. */
const KILL_AFTER_MS = 40_000;
const DELIVERY_LIMIT_MS = 60_000;

/**
 * @typedef {object} StopResult
 * @property {number} duration milliseconds
 * @property {number | null} exitCode null if it had to be killed
 * @property {number} panics
 */

/** @returns {Promise<import('./measurements.mjs').Measurement[]>} */
export async function stop() {
  const environment = await TestEnvironment.open(CUSTOMERS);
  return withEnvironment(environment, async () => {
    const load = new LoadGenerator(environment);
    /** @type {StopResult[]} */
    const stops = [];
    let missing = 0;
    for (const waitForStop of DELAYS) {
      stops.push(await stopOnce(load, waitForStop));
      environment.relay.resume();
      await environment.server.restart();
      await waitFor('the mails', () => load.requestsWithoutMail.length === 0, DELIVERY_LIMIT_MS).catch(() => {});
      missing = load.requestsWithoutMail.length;
    }
    return report(load, stops, missing);
  });
}

/**
 * @param {LoadGenerator} load
 * @param {(environment: TestEnvironment) => Promise<void>} waitForStop
 * @returns {Promise<StopResult>}
 */
async function stopOnce(load, waitForStop) {
  const { server, relay } = load.environment;
  let isDone = false;
  const worker = async () => {
    while (!isDone) {
      await load.requestCode();
      await sleep(100);
    }
  };
  relay.hang();
  const workers = Promise.all(Array.from({ length: REQUEST_WORKERS }, worker));
  await waitForStop(load.environment);
  const start = performance.now();
  const exitCode = await server.terminate(KILL_AFTER_MS);
  const duration = performance.now() - start;
  isDone = true;
  await workers;
  return { duration, exitCode, panics: load.environment.panics };
}

/**
 * @param {LoadGenerator} load
 * @param {StopResult[]} stops
 * @param {number} missing
 */
function report(load, stops, missing) {
  const measurements = new Measurements('stop');
  const seconds = stops.map(({ duration }) => duration / 1000);
  measurements.atMost('maximum seconds from SIGTERM to the exit', Math.max(...seconds), STOP_LIMIT_MS / 1000);
  measurements.record('seconds of each stop', seconds.map(round).join(', '));
  measurements.atMost('stops with a non-zero exit code', stops.filter(({ exitCode }) => exitCode !== 0).length, 0);
  measurements.atLeast('requests accepted', load.accepted.length, 50);
  measurements.atMost('accepted requests without a mail', missing, 0);
  measurements.atMost('unexpected mails', load.unexpectedMails, 0);
  measurements.atMost('panics', stops.reduce((sum, { panics }) => sum + panics, load.environment.panics), 0);
  return measurements.list;
}
