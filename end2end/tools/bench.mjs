// Full logins per second and server CPU per login: request, code from the mail, verify, account page.
// `bench.mjs [seconds]`; the default is 10 s for each number of customers.
import { cpus } from 'node:os';
import { Client } from '../lib/client.mjs';
import { cpuTime } from '../lib/cpu.mjs';
import { Doorcode, customer, withoutContactLimits } from '../lib/doorcode.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { quantile, round } from '../lib/statistics.mjs';

const SECONDS = Number(process.argv[2] ?? 10);
const AT_ONCE = [1, 16];

/** @typedef {import('../lib/doorcode.mjs').Customer} Customer */

/**
 * @param {string} step
 * @param {{ status: number, location: string | null }} answer
 * @param {number} status
 * @param {string | null} location
 */
function expect(step, answer, status, location = null) {
  if (answer.status === status && answer.location === location) return;
  throw new Error(`${step} answered ${answer.status} to ${answer.location}`);
}

/**
 * One login, and the milliseconds that it and the wait for its mail took.
 * @param {string} url
 * @param {SmtpSink} sink
 * @param {Customer} customer
 */
async function logIn(url, sink, { email }) {
  const browser = new Client(url);
  const code = sink.nextCode(email);
  const begun = performance.now();
  expect('request', await browser.post('/otp/request/', { contact_type: 'email', contact_value: email }), 303, '/otp/verify/');
  const asked = performance.now();
  const answer = { otp_code: await code };
  const mail = performance.now() - asked;
  expect('verify', await browser.post('/otp/verify/', answer), 303, '/account/');
  expect('account', await browser.get('/account/'), 200);
  return { whole: performance.now() - begun, mail };
}

/**
 * @param {Doorcode} server
 * @param {SmtpSink} sink
 * @param {number} atOnce
 * @param {number} seconds
 */
async function measure(server, sink, atOnce, seconds) {
  /** @type {{ whole: number, mail: number }[]} */
  const logins = [];
  const cpuBefore = cpuTime(server.pid);
  const start = performance.now();
  const isOver = () => performance.now() - start > seconds * 1000;
  const work = async (/** @type {Customer} */ person) => {
    while (!isOver()) logins.push(await logIn(server.url, sink, person));
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => work(customer(index))));
  const elapsed = (performance.now() - start) / 1000;
  return {
    'customers at once': atOnce,
    logins: logins.length,
    'logins per second': round(logins.length / elapsed),
    'server CPU ms per login': round((cpuTime(server.pid) - cpuBefore) / logins.length),
    'median ms': round(quantile(logins.map(({ whole }) => whole), 0.5)),
    'of it mail': round(quantile(logins.map(({ mail }) => mail), 0.5)),
    '99 % ms': round(quantile(logins.map(({ whole }) => whole), 0.99)),
  };
}

const sink = new SmtpSink();
const server = await Doorcode.start({
  ...withoutContactLimits,
  DOORCODE__EMAIL__BACKEND: 'smtp',
  DOORCODE__EMAIL__URL: await sink.start(),
});
try {
  for (let index = 0; index < Math.max(...AT_ONCE); index += 1) await server.addCustomer(customer(index));
  await measure(server, sink, 4, 1);
  console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version} as client on the same machine`);
  const rows = [];
  for (const atOnce of AT_ONCE) rows.push(await measure(server, sink, atOnce, SECONDS));
  console.table(rows);
} finally {
  await server.stop();
  sink.stop();
}
