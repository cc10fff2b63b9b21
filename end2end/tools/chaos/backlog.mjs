// A relay hangs or refuses connections, and then recovers. Measures the time from its recovery
// until it has received every waiting email.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../lib/process.mjs';
import { LoadGenerator } from './load-generator.mjs';
import { Measurements } from './measurements.mjs';
import { TestEnvironment, withEnvironment } from './test-environment.mjs';

const CUSTOMERS = 40;
const REQUESTS = 500;
/**
 * The number of early requests, equal to the number of emails that the server sends in parallel.
 * Nothing else is queued, so they fail several times and have the longest retry delay when the
 * relay recovers.
 */
const EARLY_REQUESTS = 8;
/** Milliseconds for three attempts and a part of the retry delay after the third. */
const EARLY_PHASE_MS = 60_000;
const OUTAGE_MS = 70_000;
const DELIVERY_LIMIT_MS = 30_000;
/**
 * Milliseconds to wait for the emails. Longer than the limit, so that the excess can be reported.
 */
const TIMEOUT_MS = 120_000;

/** @typedef {import('../../lib/smtp-sink.mjs').SmtpSink} SmtpSink */
/**
 * How a relay fails and recovers.
 * @typedef {{ start: (relay: SmtpSink) => void, end: (relay: SmtpSink) => unknown }} Outage
 */

/**
 * The relay accepts connections but does not reply.
 * @type {Outage}
 */
const HANGS = { start: (relay) => relay.hang(), end: (relay) => relay.resume() };
/**
 * The relay refuses connections.
 * @type {Outage}
 */
const REFUSES = { start: (relay) => relay.stop(), end: (relay) => relay.start() };

export const backlog = () => measure('backlog', HANGS);
export const refusal = () => measure('refusal', REFUSES);

/**
 * @param {string} phase
 * @param {Outage} outage
 * @returns {Promise<import('./measurements.mjs').Measurement[]>}
 */
async function measure(phase, outage) {
  const environment = await TestEnvironment.open(CUSTOMERS);
  return withEnvironment(environment, async () => {
    const load = new LoadGenerator(environment);
    outage.start(environment.relay);
    const start = Date.now();
    await sendRequests(load, EARLY_REQUESTS, 1);
    await sleep(start + EARLY_PHASE_MS - Date.now());
    await sendRequests(load, REQUESTS - EARLY_REQUESTS, 8);
    await sleep(Math.max(0, start + OUTAGE_MS - Date.now()));
    const mailsBefore = environment.relay.mails.length;
    const recoveredAt = Date.now();
    await outage.end(environment.relay);
    await waitFor('the mails', () => load.requestsWithoutMail.length === 0, TIMEOUT_MS).catch(() => {});
    return report(phase, load, mailsBefore, recoveredAt);
  });
}

/**
 * @param {LoadGenerator} load
 * @param {number} count
 * @param {number} concurrency
 */
async function sendRequests(load, count, concurrency) {
  let remaining = count;
  const worker = async () => {
    while (remaining > 0) {
      remaining -= 1;
      await load.requestCode();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/**
 * @param {string} phase
 * @param {LoadGenerator} load
 * @param {number} mailsBefore
 * @param {number} recoveredAt
 */
function report(phase, load, mailsBefore, recoveredAt) {
  const measurements = new Measurements(phase);
  const times = load.deliveries.map(({ mail }) => mail.arrivedAt - recoveredAt);
  const late = load.requestsWithoutMail.length + times.filter((time) => time > DELIVERY_LIMIT_MS).length;
  measurements.atLeast('requests accepted during the outage', load.accepted.length, REQUESTS);
  measurements.atMost('mails received during the outage', mailsBefore, 0);
  measurements.atMost(`mails missing ${DELIVERY_LIMIT_MS / 1000} s after the recovery`, late, 0);
  measurements.record('seconds until the last mail', load.requestsWithoutMail.length > 0 ? 'never' : Math.max(...times) / 1000);
  measurements.record('seconds until all but 10 mails', (times.toSorted((a, b) => a - b).at(-11) ?? Number.NaN) / 1000);
  measurements.atMost('unexpected mails', load.unexpectedMails, 0);
  measurements.atMost('panics', load.environment.panics, 0);
  return measurements.list;
}
