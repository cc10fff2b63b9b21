// Whether the time of an answer tells who is a customer: asking for a code and answering with a wrong one, for contacts of a
// customer, of nobody, of a disabled customer, and one that was asked for too often, interleaved in random order; with a mail
// server that answers, and with one that takes 5 s.
// `timing.mjs [pairs]`; the default is 5,000.
import { Client } from '../lib/client.mjs';
import { Doorcode, customer } from '../lib/doorcode.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { kolmogorovSmirnov, quantile, round } from '../lib/statistics.mjs';

const PAIRS = Number(process.argv[2] ?? 5_000);
/** Answers to one contact stay within its budget of digits, so that every answer is compared. */
const PER_CONTACT = 5;
const CONTACTS = Math.ceil(PAIRS / PER_CONTACT);
const SLOW = 5_000;
/** The medians may differ by so many milliseconds. */
const ALLOWED = 1;
/** What a contact is. Nobody may tell one from another. */
const KINDS = /** @type {const} */ (['unknown', 'known', 'disabled', 'over limit']);
const STEPS = /** @type {const} */ (['request', 'verify']);

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

/**
 * @param {string} kind
 * @param {number} index
 */
const emailOf = (kind, index) => customer(index).email.replace('customer', kind.replace(' ', ''));

/**
 * One customer a contact, disabled or asked for too often where the kind says so.
 * @param {Doorcode} server
 */
async function prepare(server) {
  for (const kind of KINDS.filter((kind) => kind !== 'unknown')) {
    for (let index = 0; index < CONTACTS; index += 1) {
      const phone = `+1202${String(2_000_000 + KINDS.indexOf(kind) * CONTACTS + index)}`;
      await server.addCustomer({ ...customer(index), email: emailOf(kind, index), phone });
    }
  }
  await server.disableCustomers(CONTACTS + 1, 2 * CONTACTS);
  for (let index = 0; index < CONTACTS; index += 1) {
    for (let ask = 0; ask < PER_CONTACT; ask += 1) {
      await new Client(server.url).post('/otp/request/', { contact_type: 'email', contact_value: emailOf('over limit', index) });
    }
  }
}

/** @param {readonly string[]} kinds */
const shuffled = (kinds) => kinds.map((kind) => ({ kind, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ kind }) => kind);

/**
 * @param {string} relay
 * @param {number} delay
 */
async function compare(relay, delay) {
  const sink = new SmtpSink({ reply: () => 0, receipt: () => delay });
  const server = await Doorcode.start({
    DOORCODE__PRIVACY__UNKNOWN_CONTACTS: 'conceal',
    DOORCODE__EMAIL__BACKEND: 'smtp',
    DOORCODE__EMAIL__URL: await sink.start(),
  });
  await prepare(server);
  /** @type {Map<string, Times>} */
  const times = new Map(KINDS.map((kind) => [kind, { request: [], verify: [] }]));
  for (let turn = 0; turn < PAIRS; turn += 1) {
    for (const kind of shuffled(KINDS)) {
      await measure(server.url, emailOf(kind, turn % CONTACTS), /** @type {Times} */ (times.get(kind)));
    }
  }
  await server.stop();
  sink.stop();
  const of = (/** @type {string} */ kind, /** @type {typeof STEPS[number]} */ step) => /** @type {Times} */ (times.get(kind))[step];
  return STEPS.flatMap((step) =>
    KINDS.filter((kind) => kind !== 'unknown').map((kind) => {
      const [one, other] = [quantile(of(kind, step), 0.5), quantile(of('unknown', step), 0.5)];
      return {
        relay,
        step,
        contact: kind,
        pairs: PAIRS,
        'median ms': round(one),
        'of unknown ones': round(other),
        'difference ms': round(Math.abs(one - other)),
        'KS p': round(kolmogorovSmirnov(of(kind, step), of('unknown', step))),
      };
    }),
  );
}

const rows = [...(await compare('answers at once', 0)), ...(await compare(`takes ${SLOW} ms`, SLOW))];
console.table(rows);
const telling = rows.filter((row) => row['difference ms'] > ALLOWED);
for (const { relay, step, contact } of telling) console.error(`The time of ${step} tells that a contact is ${contact} (relay: ${relay}).`);
process.exit(telling.length > 0 ? 1 : 0);
