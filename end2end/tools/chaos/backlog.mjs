// A relay that hung, or was unreachable, recovers: measures how long it takes until it has every
// email that waited for it.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../lib/process.mjs';
import { Crowd } from './crowd.mjs';
import { Figures } from './figures.mjs';
import { Stage, on } from './stage.mjs';

const CUSTOMERS = 40;
const REQUESTS = 500;
/**
 * The number of early requests, as many as the server sends in parallel. They have the queue to
 * themselves and fail again and again, so that they are in their longest wait when the relay
 * recovers.
 */
const EARLY = 8;
/** Milliseconds for three attempts and a part of the wait after the third. */
const EARLY_MS = 60_000;
const OUTAGE_MS = 70_000;
const ARRIVE_WITHIN_MS = 30_000;
/** Milliseconds to keep watching, in order to tell by how much a server fails. */
const WATCHED_MS = 120_000;

/** @typedef {import('../../lib/smtp-sink.mjs').SmtpSink} SmtpSink */
/**
 * How a relay fails and recovers.
 * @typedef {{ go: (relay: SmtpSink) => void, comeBack: (relay: SmtpSink) => unknown }} Outage
 */

/**
 * The relay accepts connections but does not reply.
 * @type {Outage}
 */
const HANGS = { go: (relay) => relay.hang(), comeBack: (relay) => relay.resume() };
/**
 * The relay refuses connections.
 * @type {Outage}
 */
const REFUSES = { go: (relay) => relay.stop(), comeBack: (relay) => relay.start() };

export const backlog = () => measure('backlog', HANGS);
export const refusal = () => measure('refusal', REFUSES);

/**
 * @param {string} phase
 * @param {Outage} outage
 * @returns {Promise<import('./figures.mjs').Figure[]>}
 */
async function measure(phase, outage) {
  const stage = await Stage.open(CUSTOMERS);
  return on(stage, async () => {
    const crowd = new Crowd(stage);
    outage.go(stage.relay);
    const begun = Date.now();
    await ask(crowd, EARLY, 1);
    await sleep(begun + EARLY_MS - Date.now());
    await ask(crowd, REQUESTS - EARLY, 8);
    await sleep(Math.max(0, begun + OUTAGE_MS - Date.now()));
    const before = stage.relay.mails.length;
    const recovered = Date.now();
    await outage.comeBack(stage.relay);
    await waitFor('the mails', () => crowd.missing.length === 0, WATCHED_MS).catch(() => {});
    return report(phase, crowd, before, recovered);
  });
}

/**
 * @param {Crowd} crowd
 * @param {number} count
 * @param {number} atOnce
 */
async function ask(crowd, count, atOnce) {
  const end = crowd.requests.length + count;
  let left = end - crowd.requests.length;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await crowd.ask();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/**
 * @param {string} phase
 * @param {Crowd} crowd
 * @param {number} before
 * @param {number} recovered
 */
function report(phase, crowd, before, recovered) {
  const figures = new Figures(phase);
  const times = crowd.arrivals.map(({ mail }) => mail.arrivedAt - recovered);
  const late = crowd.missing.length + times.filter((time) => time > ARRIVE_WITHIN_MS).length;
  figures.atLeast('requests accepted while the relay was away', crowd.accepted.length, REQUESTS);
  figures.atMost('mails that it took nevertheless', before, 0);
  figures.atMost(`mails not there ${ARRIVE_WITHIN_MS / 1000} s after it recovered`, late, 0);
  figures.tell('seconds until the last mail', crowd.missing.length > 0 ? 'never' : Math.max(...times) / 1000);
  figures.tell('seconds until all but 10 mails', (times.toSorted((a, b) => a - b).at(-11) ?? Number.NaN) / 1000);
  figures.atMost('mails that no request explains', crowd.unasked, 0);
  figures.atMost('panics', crowd.stage.panics, 0);
  return figures.list;
}
