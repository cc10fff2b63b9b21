// A healthy relay. Measures the time from the click until the relay has received the whole email.
import { Client } from '../../lib/client.mjs';
import { quantile } from '../../lib/statistics.mjs';
import { Measurements } from './measurements.mjs';
import { TestEnvironment, withEnvironment } from './test-environment.mjs';

const CONCURRENCY = 8;
const P95_MS = 1_000;
const P99_MS = 3_000;

/** @returns {Promise<import('./measurements.mjs').Measurement[]>} */
export async function handoff() {
  const environment = await TestEnvironment.open(CONCURRENCY);
  return withEnvironment(environment, async () => {
    const measurements = new Measurements('handoff');
    report(measurements, '50 sequential logins', await logIns(environment, 1, 50));
    report(measurements, `200 logins, ${CONCURRENCY} in parallel`, await logIns(environment, CONCURRENCY, 200));
    return measurements.list;
  });
}

/**
 * @param {TestEnvironment} environment
 * @param {number} concurrency
 * @param {number} count
 */
async function logIns(environment, concurrency, count) {
  /** @type {number[]} */
  const times = [];
  let remaining = count;
  const worker = async (/** @type {string} */ email) => {
    while (remaining > 0) {
      remaining -= 1;
      times.push(await logIn(environment, email));
    }
  };
  await Promise.all(environment.emails.slice(0, concurrency).map(worker));
  return times;
}

/**
 * Runs a whole login and returns the delivery time of its email in milliseconds.
 * @param {TestEnvironment} environment
 * @param {string} email
 */
async function logIn(environment, email) {
  const browser = new Client(environment.server.url);
  const pendingMail = environment.relay.nextMail(email, 30_000);
  const start = Date.now();
  const pendingReply = browser.post('/otp/request/', { contact_type: 'email', contact_value: email });
  const [mail] = await Promise.all([pendingMail, pendingReply]);
  const { location } = await browser.post('/otp/verify/', { otp_code: String(mail.code) });
  if (location !== '/account/') throw new Error(`the code of ${email} redirected to ${location}`);
  return mail.arrivedAt - start;
}

/**
 * @param {Measurements} measurements
 * @param {string} name
 * @param {number[]} times
 */
function report(measurements, name, times) {
  measurements.record(`${name}: median from click to relay, ms`, quantile(times, 0.5));
  measurements.atMost(`${name}: p95, ms`, quantile(times, 0.95), P95_MS);
  measurements.atMost(`${name}: p99, ms`, quantile(times, 0.99), P99_MS);
}
