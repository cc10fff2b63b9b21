// Measures whether response times reveal who is a customer. It requests codes and answers with
// wrong ones, for contacts of a customer, of nobody, of a disabled customer, and over the rate
// limit, interleaved in random order; with a mail server that replies immediately, and with one
// that takes 5 s. For each, it prints the largest difference that the medians can have with 99 %
// confidence, and exits with 1 if one exceeds 1 ms.
//
// `timing.mjs [pairs]`; the default is 5,000.
import { Client } from '../lib/client.mjs';
import { Doorcode, customer } from '../lib/doorcode.mjs';
import { inParallel } from '../lib/process.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { execute, hasPython } from '../lib/sql.mjs';
import { kolmogorovSmirnov, medianDifference, round } from '../lib/statistics.mjs';

const PAIRS = Number(process.argv[2] ?? 5_000);
/**
 * The number of answers per contact. It stays within the contact's budget for digit codes, so that
 * every answer is compared.
 */
const PER_CONTACT = 5;
const CONTACTS = Math.ceil(PAIRS / PER_CONTACT);
const SLOW = 5_000;
/** The allowed difference of the medians, in milliseconds. */
const ALLOWED = 1;
/** The number of contacts that are requested in parallel while nothing is timed. */
const AT_ONCE = 16;
/** The kinds of contacts. They must be indistinguishable. */
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
 * Adds a customer for each contact. Disables the customer, or exceeds the contact's rate limit, if
 * the kind says so.
 * @param {Doorcode} server
 */
async function prepare(server) {
  const now = Date.now();
  const rows = KINDS.flatMap((kind, order) =>
    Array.from({ length: kind === 'unknown' ? 0 : CONTACTS }, (_, index) => {
      const phone = `+1202${2_000_000 + order * CONTACTS + index}`;
      return `('Customer', '${emailOf(kind, index)}', '${phone}', ${now}, ${kind === 'disabled' ? now : 'NULL'})`;
    }),
  );
  await execute(server.database, `INSERT INTO customers (name, email, phone, created_at, disabled_at) VALUES ${rows.join()}`);
  await inParallel(AT_ONCE, CONTACTS, async (index) => {
    for (let ask = 0; ask < PER_CONTACT; ask += 1) {
      await new Client(server.url).post('/otp/request/', { contact_type: 'email', contact_value: emailOf('over limit', index) });
    }
  });
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
      const [one, other] = [of(kind, step), of('unknown', step)];
      const { medians, difference, margin } = medianDifference(one, other);
      return {
        relay,
        step,
        contact: kind,
        pairs: PAIRS,
        'median ms': round(medians[0]),
        'of unknown ones': round(medians[1]),
        'difference ms': round(difference),
        'at most ms': round(Math.abs(difference) + margin),
        'KS p': round(kolmogorovSmirnov(one, other)),
      };
    }),
  );
}

if (!hasPython) throw new Error('python3 is missing, which adds the customers');
const rows = [...(await compare('answers at once', 0)), ...(await compare(`takes ${SLOW} ms`, SLOW))];
console.table(rows);
const bound = Math.max(...rows.map((row) => row['at most ms']));
console.log(`A median differs from that of unknown contacts by at most ${bound} ms, with 99 % confidence each; allowed is ${ALLOWED} ms.`);
const telling = rows.filter((row) => row['at most ms'] > ALLOWED);
for (const { relay, step, contact } of telling) console.error(`The time of ${step} may tell that a contact is ${contact} (relay: ${relay}).`);
process.exit(telling.length > 0 ? 1 : 0);
