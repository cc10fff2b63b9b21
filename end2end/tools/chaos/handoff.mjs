// A healthy relay: measures how long it takes from the click until the relay has the whole email.
import { Client } from '../../lib/client.mjs';
import { quantile } from '../../lib/statistics.mjs';
import { Figures } from './figures.mjs';
import { Stage, on } from './stage.mjs';

const AT_ONCE = 8;
const P95_MS = 1_000;
const P99_MS = 3_000;

/** @returns {Promise<import('./figures.mjs').Figure[]>} */
export async function handoff() {
  const stage = await Stage.open(AT_ONCE);
  return on(stage, async () => {
    const figures = new Figures('handoff');
    report(figures, '50 logins one by one', await logIns(stage, 1, 50));
    report(figures, `200 logins, ${AT_ONCE} at once`, await logIns(stage, AT_ONCE, 200));
    return figures.list;
  });
}

/**
 * @param {Stage} stage
 * @param {number} atOnce
 * @param {number} count
 */
async function logIns(stage, atOnce, count) {
  /** @type {number[]} */
  const times = [];
  let left = count;
  const work = async (/** @type {string} */ email) => {
    while (left > 0) {
      left -= 1;
      times.push(await logIn(stage, email));
    }
  };
  await Promise.all(stage.emails.slice(0, atOnce).map(work));
  return times;
}

/**
 * Runs a whole login and returns the time of its email.
 * @param {Stage} stage
 * @param {string} email
 */
async function logIn(stage, email) {
  const browser = new Client(stage.server.url);
  const arriving = stage.relay.nextMail(email, 30_000);
  const clicked = Date.now();
  const asking = browser.post('/otp/request/', { contact_type: 'email', contact_value: email });
  const [mail] = await Promise.all([arriving, asking]);
  const { location } = await browser.post('/otp/verify/', { otp_code: String(mail.code) });
  if (location !== '/account/') throw new Error(`the code of ${email} led to ${location}`);
  return mail.arrivedAt - clicked;
}

/**
 * @param {Figures} figures
 * @param {string} what
 * @param {number[]} times
 */
function report(figures, what, times) {
  figures.tell(`${what}: median from click to relay, ms`, quantile(times, 0.5));
  figures.atMost(`${what}: p95, ms`, quantile(times, 0.95), P95_MS);
  figures.atMost(`${what}: p99, ms`, quantile(times, 0.99), P99_MS);
}
