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
const PAIRS_PER_CONTACT = 5;
const CONTACTS = Math.ceil(PAIRS / PAIRS_PER_CONTACT);
const SLOW_MS = 5_000;
/** The allowed difference of the medians, in milliseconds. */
const LIMIT_MS = 1;
/** The number of parallel requests of the preparation, which is not timed. */
const CONCURRENCY = 16;
/** The kinds of contacts. They must be indistinguishable. */
const KINDS = /** @type {const} */ (['unknown', 'known', 'disabled', 'over limit']);
const STEPS = /** @type {const} */ (['request', 'verify']);

/** @typedef {{ request: number[], verify: number[] }} Times */

/** @param {() => Promise<{ location: string | null }>} step */
async function timed(step) {
  const start = performance.now();
  const { location } = await step();
  const duration = performance.now() - start;
  if (location !== '/otp/verify/') throw new Error(`answered with ${location}`);
  return duration;
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
  await inParallel(CONCURRENCY, CONTACTS, async (index) => {
    for (let count = 0; count < PAIRS_PER_CONTACT; count += 1) {
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
  const sink = new SmtpSink({ command: () => 0, data: () => delay });
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
  const timesOf = (/** @type {string} */ kind, /** @type {typeof STEPS[number]} */ step) => /** @type {Times} */ (times.get(kind))[step];
  return STEPS.flatMap((step) =>
    KINDS.filter((kind) => kind !== 'unknown').map((kind) => {
      const [one, other] = [timesOf(kind, step), timesOf('unknown', step)];
      const { medians, difference, margin } = medianDifference(one, other);
      return {
        relay,
        step,
        contact: kind,
        pairs: PAIRS,
        'median ms': round(medians[0]),
        'median of unknown, ms': round(medians[1]),
        'difference ms': round(difference),
        'upper bound ms': round(Math.abs(difference) + margin),
        'KS p': round(kolmogorovSmirnov(one, other)),
      };
    }),
  );
}

if (!hasPython) throw new Error('python3 is missing; it is needed to add the customers');
const rows = [...(await compare('replies at once', 0)), ...(await compare(`takes ${SLOW_MS} ms`, SLOW_MS))];
console.table(rows);
const bound = Math.max(...rows.map((row) => row['upper bound ms']));
console.log(`The medians differ from those of unknown contacts by at most ${bound} ms, each with 99 % confidence; the limit is ${LIMIT_MS} ms.`);
const exceeded = rows.filter((row) => row['upper bound ms'] > LIMIT_MS);
for (const { relay, step, contact } of exceeded) console.error(`The response time of ${step} may reveal that a contact is ${contact} (relay: ${relay}).`);
process.exit(exceeded.length > 0 ? 1 : 0);
