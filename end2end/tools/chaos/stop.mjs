// SIGTERM under load while the relay hangs: the server must stop in time, and the emails that it
// accepted are sent after the next start.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../lib/process.mjs';
import { round } from '../../lib/statistics.mjs';
import { Crowd } from './crowd.mjs';
import { Figures } from './figures.mjs';
import { Stage, on } from './stage.mjs';

const CUSTOMERS = 40;
const ASKERS = 4;
/**
 * The moments of SIGTERM. An attempt takes 15 s: SIGTERM arrives when the first attempts have just
 * begun, when they are half done, and at the very moment when the next one begins.
 */
/** @type {((stage: Stage) => Promise<void>)[]} */
const MOMENTS = [
  () => sleep(500),
  () => sleep(8_000),
  async ({ relay }) => {
    await sleep(12_000);
    await Promise.race([relay.connections.next(), sleep(10_000)]);
  },
];
const ENDS_WITHIN_MS = 15_000;
/** Milliseconds after which a server that does not stop is killed. */
const PATIENCE_MS = 40_000;
const ARRIVE_WITHIN_MS = 60_000;

/**
 * @typedef {object} Stop
 * @property {number} took
 * @property {number | null} exitCode null if it had to be killed
 * @property {number} panics
 */

/** @returns {Promise<import('./figures.mjs').Figure[]>} */
export async function stop() {
  const stage = await Stage.open(CUSTOMERS);
  return on(stage, async () => {
    const crowd = new Crowd(stage);
    /** @type {Stop[]} */
    const stops = [];
    let missing = 0;
    for (const moment of MOMENTS) {
      stops.push(await stopOnce(crowd, moment));
      stage.relay.resume();
      await stage.server.restart();
      await waitFor('the mails', () => crowd.missing.length === 0, ARRIVE_WITHIN_MS).catch(() => {});
      missing = crowd.missing.length;
    }
    return report(crowd, stops, missing);
  });
}

/**
 * @param {Crowd} crowd
 * @param {(stage: Stage) => Promise<void>} moment
 * @returns {Promise<Stop>}
 */
async function stopOnce(crowd, moment) {
  const { server, relay } = crowd.stage;
  let isOver = false;
  const ask = async () => {
    while (!isOver) {
      await crowd.ask();
      await sleep(100);
    }
  };
  relay.hang();
  const load = Promise.all(Array.from({ length: ASKERS }, ask));
  await moment(crowd.stage);
  const asked = performance.now();
  const exitCode = await server.terminate(PATIENCE_MS);
  const took = performance.now() - asked;
  isOver = true;
  await load;
  return { took, exitCode, panics: crowd.stage.panics };
}

/**
 * @param {Crowd} crowd
 * @param {Stop[]} stops
 * @param {number} missing
 */
function report(crowd, stops, missing) {
  const figures = new Figures('stop');
  const seconds = stops.map(({ took }) => took / 1000);
  figures.atMost('most seconds from SIGTERM to the end', Math.max(...seconds), ENDS_WITHIN_MS / 1000);
  figures.tell('each', seconds.map(round).join(', '));
  figures.atMost('ends with another exit code than 0', stops.filter(({ exitCode }) => exitCode !== 0).length, 0);
  figures.atLeast('requests accepted', crowd.accepted.length, 50);
  figures.atMost('accepted requests without a mail', missing, 0);
  figures.atMost('mails that no request explains', crowd.unasked, 0);
  figures.atMost('panics', stops.reduce((sum, { panics }) => sum + panics, crowd.stage.panics), 0);
  return figures.list;
}
