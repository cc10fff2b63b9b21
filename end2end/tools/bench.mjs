// Measures full logins (request, code from the email, verify, account page), one at a time and 16
// in parallel: throughput, latency, CPU time, disk syncs and SQLite statements.
// `bench.mjs [--seconds 10] [--fill]`; with --fill, it measures again with a million customers, a
// million rows of history and 200,000 limit events in the database.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '../lib/client.mjs';
import { cpuTime } from '../lib/cpu.mjs';
import { Doorcode, customer, withoutContactLimits } from '../lib/doorcode.mjs';
import { root } from '../lib/paths.mjs';
import { inParallel, isInstalled } from '../lib/process.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { quantile, round } from '../lib/statistics.mjs';
import { countSyncs, hasStrace, straceSyncs } from '../lib/strace.mjs';

const CONCURRENCIES = [1, 16];
/** The number of customers who sign in, in turn; the same in an empty and in a filled database. */
const CUSTOMERS = 256;
/** The number of logins whose syncs and statements are counted, for each value of CONCURRENCIES. */
const COUNTED_LOGINS = { 1: 50, 16: 320 };
/**
 * Milliseconds after the last login, in which its background work (the seals of the history, the
 * record of the delivery) is counted, too.
 */
const SETTLE_MS = 2_000;
const IDLE_MS = 10_000;
/** Milliseconds to wait for an email; long, so that slow ones are measured, too. */
const MAIL_TIMEOUT_MS = 120_000;
/** Milliseconds to wait for the server to stop. */
const STOP_TIMEOUT_MS = 20_000;

/** @typedef {import('../lib/doorcode.mjs').Customer} Customer */
/**
 * @typedef {{ total: number, mail: number }} Login milliseconds of the whole login and of its email
 */
/** @typedef {Record<string, string | number>} Row */

/** A server with its customers, and the emails that it sends. */
class Bench {
  /**
   * @param {Doorcode} server
   * @param {SmtpSink} sink
   */
  constructor(server, sink) {
    this.server = server;
    this.sink = sink;
  }

  static async open() {
    const sink = new SmtpSink();
    const email = { DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await sink.start() };
    const bench = new Bench(await Doorcode.start({ ...withoutContactLimits, ...email }), sink);
    await inParallel(4, CUSTOMERS, (index) => bench.server.addCustomer(customer(index)));
    return bench;
  }

  async fill() {
    await this.server.terminate(STOP_TIMEOUT_MS);
    logProgress('filling the database ...');
    execFileSync('python3', [`${root}/end2end/tools/bench/fill.py`, this.server.database, this.server.keyFile]);
  }

  /** @param {import('../lib/doorcode.mjs').StartOptions} [options] */
  async restart(options) {
    await this.server.terminate(STOP_TIMEOUT_MS);
    await this.server.restart(options);
    // Warm-up: the first logins of a process are not representative.
    await this.logIns(4, (_, started) => started >= 64);
  }

  async close() {
    await this.server.stop();
    this.sink.stop();
  }

  /**
   * Runs logins until `isDone`, called with the elapsed milliseconds and the number of started
   * logins, returns true.
   * @param {number} concurrency
   * @param {(elapsed: number, started: number) => boolean} isDone
   */
  async logIns(concurrency, isDone) {
    /** @type {Login[]} */
    const logins = [];
    const start = performance.now();
    let started = 0;
    const worker = async (/** @type {number} */ workerIndex) => {
      for (let turn = workerIndex; !isDone(performance.now() - start, started); turn += concurrency) {
        started += 1;
        logins.push(await this.#logIn(customer(turn % CUSTOMERS)));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, (_, index) => worker(index)));
    return { logins, elapsed: performance.now() - start };
  }

  /** @param {Customer} customer */
  async #logIn({ email }) {
    const browser = new Client(this.server.url);
    const pendingMail = this.sink.nextMail(email, MAIL_TIMEOUT_MS);
    // If the request fails, its error says more than the missing email.
    pendingMail.catch(() => {});
    const start = performance.now();
    expect('request', await browser.post('/otp/request/', { contact_type: 'email', contact_value: email }), 303, '/otp/verify/');
    const requested = performance.now();
    const form = { otp_code: String((await pendingMail).code) };
    const mail = performance.now() - requested;
    expect('verify', await browser.post('/otp/verify/', form), 303, '/account/');
    expect('account', await browser.get('/account/'), 200);
    return { total: performance.now() - start, mail };
  }

  /**
   * Measures throughput, latency and CPU time.
   * @param {number} concurrency
   * @param {number} seconds
   * @returns {Promise<Row>}
   */
  async measureSpeed(concurrency, seconds) {
    const cpuBefore = cpuTime(this.server.pid);
    const { logins, elapsed } = await this.logIns(concurrency, (time) => time > seconds * 1000);
    const cpu = cpuTime(this.server.pid) - cpuBefore;
    return {
      'logins/s': round((logins.length * 1000) / elapsed),
      'CPU ms/login': round(cpu / logins.length),
      'p50 ms': round(quantile(logins.map(({ total }) => total), 0.5)),
      'p50 mail ms': round(quantile(logins.map(({ mail }) => mail), 0.5)),
      'p99 ms': round(quantile(logins.map(({ total }) => total), 0.99)),
    };
  }

  /**
   * Returns how much `count` increases for each login, including the background work after the last
   * login.
   * @param {1 | 16} concurrency
   * @param {() => number} count
   * @param {number} [idle] how much it increases per second without logins
   */
  async perLogin(concurrency, count, idle = 0) {
    const [before, start] = [count(), performance.now()];
    const { logins } = await this.logIns(concurrency, (_, started) => started >= COUNTED_LOGINS[concurrency]);
    await sleep(SETTLE_MS);
    const counted = count() - before - (idle * (performance.now() - start)) / 1000;
    return round(counted / logins.length);
  }

  /**
   * The number of statements that the server has logged. Each is one round trip to SQLite's thread.
   */
  get statements() {
    return this.server.output.match(/ rows_affected=\d+ rows_returned=\d+ /g)?.length ?? 0;
  }

  /** Returns the statements per second without requests. */
  async idleStatements() {
    await sleep(SETTLE_MS);
    const before = this.statements;
    await sleep(IDLE_MS);
    return round(((this.statements - before) * 1000) / IDLE_MS);
  }
}

/**
 * Prints the progress to standard error, because standard output is for the table.
 * @param {string} message
 */
const logProgress = (message) => console.error(message);

/**
 * @param {string} step
 * @param {{ status: number, location: string | null }} reply
 * @param {number} status
 * @param {string | null} location
 */
function expect(step, reply, status, location = null) {
  if (reply.status === status && reply.location === location) return;
  throw new Error(`${step} was answered with ${reply.status}, location ${reply.location}`);
}

/**
 * Returns a row for each value of CONCURRENCIES. The timed logins run in a process of their own,
 * without a log and without strace.
 * @param {Bench} bench
 * @param {number} seconds
 * @returns {Promise<Row[]>}
 */
async function measure(bench, seconds) {
  logProgress('timing ...');
  await bench.restart();
  /** @type {Row[]} */
  const rows = [];
  for (const concurrency of CONCURRENCIES) rows.push({ concurrency, ...(await bench.measureSpeed(concurrency, seconds)) });
  if (hasStrace) {
    logProgress('counting syncs ...');
    const file = join(bench.server.directory, 'syncs');
    await bench.restart({ wrapper: straceSyncs(file) });
    await addColumn(rows, 'syncs/login', (concurrency) => bench.perLogin(concurrency, () => countSyncs(file)));
  }
  logProgress('counting statements ...');
  await bench.restart({ env: { RUST_LOG: 'sqlx::query=debug' } });
  const idle = await bench.idleStatements();
  await addColumn(rows, 'statements/login', (concurrency) => bench.perLogin(concurrency, () => bench.statements, idle));
  return rows.map((row) => ({ ...row, 'idle statements/s': idle }));
}

/**
 * @param {Row[]} rows
 * @param {string} name
 * @param {(concurrency: 1 | 16) => Promise<number>} measureValue
 */
async function addColumn(rows, name, measureValue) {
  for (const row of rows) row[name] = await measureValue(/** @type {1 | 16} */ (row.concurrency));
}

/**
 * @param {Bench} bench
 * @param {number} seconds
 */
async function compareWithFilled(bench, seconds) {
  const empty = await measure(bench, seconds);
  await bench.fill();
  const filled = await measure(bench, seconds);
  const ratio = (/** @type {Row} */ row, /** @type {number} */ index) =>
    round(Number(row['CPU ms/login']) / Number(empty[index]?.['CPU ms/login']));
  return [
    ...empty.map((row) => ({ database: 'empty', ...row })),
    ...filled.map((row, index) => ({ database: 'filled', ...row, 'CPU ratio to empty': ratio(row, index) })),
  ];
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' }, fill: { type: 'boolean', default: false } } });
if (values.fill && !isInstalled('python3')) throw new Error('--fill needs Python 3.10 or later');
console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version} as client on the same machine`);
const bench = await Bench.open();
try {
  console.table(await (values.fill ? compareWithFilled : measure)(bench, Number(values.seconds)));
} catch (error) {
  const { hasExited, child, output } = bench.server.program;
  if (hasExited) console.error(`the server has ended (${child.exitCode ?? child.signalCode}):\n${output.slice(-2_000)}`);
  throw error;
} finally {
  await bench.close();
}
console.log('Statements are counted in the log of sqlx::query, without those of an idle server. Each is one round trip to SQLite.');
if (!hasStrace) console.log('NOTE: without strace, syncs were not counted');
