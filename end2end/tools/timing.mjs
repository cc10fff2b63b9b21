// Whether the time of an answer tells who is a customer: asking for a code and answering with a wrong one, for contacts that
// somebody has and that nobody has, in pairs in random order; with a mail server that answers, and with one that takes 5 s.
// `timing.mjs [pairs]`; the default is 5,000.
import { Client } from '../lib/client.mjs';
import { Doorcode, customer, withoutContactLimits } from '../lib/doorcode.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { kolmogorovSmirnov, quantile, round } from '../lib/statistics.mjs';

const PAIRS = Number(process.argv[2] ?? 5_000);
/** Wrong answers to one contact stay within its budget of digits, so that every answer is compared. */
const PER_CONTACT = 8;
const CONTACTS = Math.ceil(PAIRS / PER_CONTACT);
const SLOW = 5_000;
/** The medians may differ by so many milliseconds. */
const ALLOWED = 1;

/** @typedef {{ request: number[], verify: number[] }} Times */

/** @param {() => Promise<{ location: string | null }>} step */
async function timed(step) {
  const begun = performance.now();
  const { location } = await step();
  const took = performance.now() - begun;
  if (location !== '/otp/verify/') throw new Error(`answered with ${location}`);
  return took;
}

/**
 * @param {string} url
 * @param {string} email
 * @param {Times} times
 */
async function measure(url, email, times) {
  const browser = new Client(url);
  times.request.push(await timed(() => browser.post('/otp/request/', { contact_type: 'email', contact_value: email })));
  times.verify.push(await timed(() => browser.post('/otp/verify/', { otp_code: '000000' })));
}

/** @param {number} index */
const nobody = (index) => customer(index).email.replace('customer', 'stranger');

/**
 * @param {string} relay
 * @param {number} delay
 */
async function compare(relay, delay) {
  const sink = new SmtpSink({ reply: () => 0, receipt: () => delay });
  const server = await Doorcode.start({
    ...withoutContactLimits,
    DOORCODE__PRIVACY__UNKNOWN_CONTACTS: 'conceal',
    DOORCODE__EMAIL__BACKEND: 'smtp',
    DOORCODE__EMAIL__URL: await sink.start(),
  });
  for (let index = 0; index < CONTACTS; index += 1) await server.addCustomer(customer(index));
  /** @type {Times} */
  const known = { request: [], verify: [] };
  /** @type {Times} */
  const unknown = { request: [], verify: [] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const index = pair % CONTACTS;
    const turns = [() => measure(server.url, customer(index).email, known), () => measure(server.url, nobody(index), unknown)];
    if (Math.random() < 0.5) turns.reverse();
    for (const turn of turns) await turn();
  }
  await server.stop();
  sink.stop();
  return (/** @type {const} */ (['request', 'verify'])).map((step) => {
    const [one, other] = [quantile(known[step], 0.5), quantile(unknown[step], 0.5)];
    return {
      relay,
      step,
      pairs: PAIRS,
      'known, median ms': round(one),
      'unknown, median ms': round(other),
      'difference ms': round(Math.abs(one - other)),
      'KS p': round(kolmogorovSmirnov(known[step], unknown[step])),
    };
  });
}

const rows = [...(await compare('answers at once', 0)), ...(await compare(`takes ${SLOW} ms`, SLOW))];
console.table(rows);
const telling = rows.filter((row) => row['difference ms'] > ALLOWED);
for (const { relay, step } of telling) console.error(`The time of ${step} tells who is a customer (relay: ${relay}).`);
process.exit(telling.length > 0 ? 1 : 0);
