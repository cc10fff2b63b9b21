// Measures full logins (request, code from the email, verify, account page), one at a time and 16
// in parallel: logins per second, their cost, their disk syncs and their SQLite statements.
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
import { hasStrace, syncsIn, writingSyncsTo } from '../lib/strace.mjs';

const AT_ONCE = [1, 16];
/** The number of customers who sign in, in turn; the same in an empty and in a filled database. */
const CUSTOMERS = 256;
/** The number of logins whose syncs and statements are counted, for each value of AT_ONCE. */
const COUNTED = { 1: 50, 16: 320 };
/**
 * Milliseconds after the last login, in which its background work (the seals of the history, the
 * record of the delivery) is counted, too.
 */
const SETTLE_MS = 2_000;
const IDLE_MS = 10_000;
/** Milliseconds to wait for an email; long, so that slow ones are measured, too. */
const PATIENCE_MS = 120_000;
/** Milliseconds to wait for the server to stop. */
const STOP_MS = 20_000;

/** @typedef {import('../lib/doorcode.mjs').Customer} Customer */
/**
 * @typedef {{ whole: number, mail: number }} Login milliseconds of the whole login and of its email
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
    await this.server.terminate(STOP_MS);
    say('filling the database ...');
    execFileSync('python3', [`${root}/end2end/tools/bench/fill.py`, this.server.database, this.server.keyFile]);
  }

  /** @param {import('../lib/doorcode.mjs').Launch} [launch] */
  async restart(launch) {
    await this.server.terminate(STOP_MS);
    await this.server.restart(launch);
    // Warm-up: the first logins of a process are not representative.
    await this.logIns(4, (_, done) => done >= 64);
  }

  async close() {
    await this.server.stop();
    this.sink.stop();
  }

  /**
   * Runs logins until `isOver`, called with the milliseconds and the logins so far, returns true.
   * @param {number} atOnce
   * @param {(elapsed: number, begun: number) => boolean} isOver
   */
  async logIns(atOnce, isOver) {
    /** @type {Login[]} */
    const logins = [];
    const start = performance.now();
    let begun = 0;
    const work = async (/** @type {number} */ worker) => {
      for (let turn = worker; !isOver(performance.now() - start, begun); turn += atOnce) {
        begun += 1;
        logins.push(await this.#logIn(customer(turn % CUSTOMERS)));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, (_, worker) => work(worker)));
    return { logins, elapsed: performance.now() - start };
  }

  /** @param {Customer} customer */
  async #logIn({ email }) {
    const browser = new Client(this.server.url);
    const arriving = this.sink.nextMail(email, PATIENCE_MS);
    // If the request fails, its error says more than the missing email.
    arriving.catch(() => {});
    const begun = performance.now();
    expect('request', await browser.post('/otp/request/', { contact_type: 'email', contact_value: email }), 303, '/otp/verify/');
    const asked = performance.now();
    const answer = { otp_code: String((await arriving).code) };
    const mail = performance.now() - asked;
    expect('verify', await browser.post('/otp/verify/', answer), 303, '/account/');
    expect('account', await browser.get('/account/'), 200);
    return { whole: performance.now() - begun, mail };
  }

  /**
   * Measures speed and CPU time, without anything that slows the server down.
   * @param {number} atOnce
   * @param {number} seconds
   * @returns {Promise<Row>}
   */
  async speed(atOnce, seconds) {
    const cpuBefore = cpuTime(this.server.pid);
    const { logins, elapsed } = await this.logIns(atOnce, (time) => time > seconds * 1000);
    const cpu = cpuTime(this.server.pid) - cpuBefore;
    return {
      'logins/s': round((logins.length * 1000) / elapsed),
      'CPU ms/login': round(cpu / logins.length),
      'median ms': round(quantile(logins.map(({ whole }) => whole), 0.5)),
      'of it mail': round(quantile(logins.map(({ mail }) => mail), 0.5)),
      '99 % ms': round(quantile(logins.map(({ whole }) => whole), 0.99)),
    };
  }

  /**
   * Returns how much `count` increases for each login, measured until the logins have settled.
   * @param {1 | 16} atOnce
   * @param {() => number} count
   * @param {number} [idle] how much it increases per second without logins
   */
  async perLogin(atOnce, count, idle = 0) {
    const [before, start] = [count(), performance.now()];
    const { logins } = await this.logIns(atOnce, (_, begun) => begun >= COUNTED[atOnce]);
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
 * @param {string} what
 */
const say = (what) => console.error(what);

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
 * Returns a row for each value of AT_ONCE. The timed logins run in a process of their own, without
 * a log and without strace.
 * @param {Bench} bench
 * @param {number} seconds
 * @returns {Promise<Row[]>}
 */
async function measure(bench, seconds) {
  say('timing ...');
  await bench.restart();
  /** @type {Row[]} */
  const rows = [];
  for (const atOnce of AT_ONCE) rows.push({ 'at once': atOnce, ...(await bench.speed(atOnce, seconds)) });
  if (hasStrace) {
    say('counting syncs ...');
    const file = join(bench.server.directory, 'syncs');
    await bench.restart({ under: writingSyncsTo(file) });
    await each(rows, 'syncs/login', (atOnce) => bench.perLogin(atOnce, () => syncsIn(file)));
  }
  say('counting statements ...');
  await bench.restart({ env: { RUST_LOG: 'sqlx::query=debug' } });
  const idle = await bench.idleStatements();
  await each(rows, 'statements/login', (atOnce) => bench.perLogin(atOnce, () => bench.statements, idle));
  return rows.map((row) => ({ ...row, 'idle statements/s': idle }));
}

/**
 * @param {Row[]} rows
 * @param {string} name
 * @param {(atOnce: 1 | 16) => Promise<number>} figure
 */
async function each(rows, name, figure) {
  for (const row of rows) row[name] = await figure(/** @type {1 | 16} */ (row['at once']));
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
    ...filled.map((row, index) => ({ database: 'filled', ...row, 'CPU to empty': ratio(row, index) })),
  ];
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' }, fill: { type: 'boolean', default: false } } });
if (values.fill && !isInstalled('python3')) throw new Error('--fill needs Python 3.10 or later');
console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version} as client on the same machine`);
const bench = await Bench.open();
try {
  console.table(await (values.fill ? compareWithFilled : measure)(bench, Number(values.seconds)));
} catch (error) {
  const { hasEnded, child, output } = bench.server.program;
  if (hasEnded) console.error(`the server has ended (${child.exitCode ?? child.signalCode}):\n${output.slice(-2_000)}`);
  throw error;
} finally {
  await bench.close();
}
console.log('statements: what the log of sqlx::query names, without those of an idle server; one round trip to SQLite each.');
if (!hasStrace) console.log('NOTE: without strace, syncs were not counted');
