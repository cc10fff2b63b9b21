// Tests one fault of one server: checks before, during and after the fault.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../lib/client.mjs';
import { waitFor } from '../../lib/process.mjs';
import { Measurements } from '../chaos/measurements.mjs';
import { TestEnvironment } from '../chaos/test-environment.mjs';

/** Seconds after the fault within which the server must have recovered. */
const RECOVERY_LIMIT_S = 10;
/** Milliseconds after which a reply counts as missing. */
const REPLY_TIMEOUT_MS = 8_000;
/**
 * Milliseconds from the end of an email to the relay's reply, long enough to delay the reply until
 * the fault has started.
 */
const DATA_REPLY_MS = 300;
/**
 * Seconds by which the server's clock is advanced so that all leases on messages expire. A lease
 * lasts 2 s (`LEASE` in src/server/codes/queue.rs); the longer time also makes most retries due.
 */
const ADVANCE_S = 60;
/** Milliseconds in which the server polls the outbox at least once. */
const POLL_MS = 1_500;
const CUSTOMERS = 8;
/** The number of parallel requests, so that every reading connection is in use. */
const READERS = 16;

/** @typedef {{ status: number, location: string | null, message: string, body: string }} Reply */

/**
 * @typedef {object} Fault
 * @property {boolean} stopsWrites whether commits fail during the fault
 * @property {boolean} stopsReads whether the session of a signed-in customer cannot be read
 * @property {(environment: TestEnvironment) => Promise<() => Promise<void>>} start starts
 *   the fault and returns the function that ends it
 */

/**
 * Runs a whole test: a sign-in, the fault, the end of the fault, and a sign-in.
 * @param {string} name
 * @param {Fault} fault
 * @param {import('../chaos/test-environment.mjs').EnvironmentOptions} [options]
 */
export async function runFaultTest(name, fault, options) {
  const test = await FaultTest.open(name, options);
  try {
    const confirmMail = await test.startUnconfirmedMail();
    const end = await fault.start(test.environment);
    try {
      await confirmMail();
      await test.checkReplies(fault);
      await test.expireLeases();
    } finally {
      await end();
    }
    await test.checkRecovery();
    await test.expireLeases();
    test.checkNoDuplicateMails();
    return test.measurements.list;
  } finally {
    await test.close();
  }
}

export class FaultTest {
  #emailIndex = 0;

  /**
   * @param {Measurements} measurements
   * @param {TestEnvironment} environment
   * @param {Client} customer signed in before the fault
   */
  constructor(measurements, environment, customer) {
    this.measurements = measurements;
    this.environment = environment;
    this.customer = customer;
  }

  /**
   * @param {string} name
   * @param {import('../chaos/test-environment.mjs').EnvironmentOptions} [options]
   */
  static async open(name, options) {
    const environment = await TestEnvironment.open(CUSTOMERS, options);
    const test = new FaultTest(new Measurements(name), environment, new Client(environment.server.url, { timeout: REPLY_TIMEOUT_MS }));
    await test.signIn(test.customer);
    await test.#accountPages(READERS);
    return test;
  }

  /** @param {string} accept */
  browser(accept = 'text/html') {
    return new Client(this.environment.server.url, { accept, timeout: REPLY_TIMEOUT_MS });
  }

  /** Returns the email address of the next customer, in rotation. */
  nextEmail() {
    this.#emailIndex += 1;
    return String(this.environment.emails[this.#emailIndex % CUSTOMERS]);
  }

  /**
   * Runs a whole sign-in.
   * @param {Client} [browser]
   */
  async signIn(browser = this.browser()) {
    const code = await this.requestCode(browser);
    const { location } = await browser.post('/otp/verify/', { otp_code: code });
    if (location !== '/account/') throw new Error(`the code redirected to ${location}`);
  }

  /** @param {Client} browser */
  async requestCode(browser) {
    const email = this.nextEmail();
    const pendingMail = this.environment.relay.nextMail(email, 3_000);
    pendingMail.catch(() => {});
    const { status, location } = await sendRequest(browser, email);
    if (location !== '/otp/verify/') throw new Error(`the request for a code was answered with ${status}, location ${location}`);
    return String((await pendingMail).code);
  }

  /**
   * Sends an email that the relay receives without confirming it. The returned function lets the
   * relay confirm it.
   */
  async startUnconfirmedMail() {
    const { relay } = this.environment;
    relay.delays = { command: () => 0, data: () => DATA_REPLY_MS };
    await this.requestCode(this.browser());
    relay.hang();
    return async () => {
      relay.resume();
      await sleep(2 * DATA_REPLY_MS);
      relay.delays = { command: () => 0, data: () => 0 };
    };
  }

  /**
   * Checks the replies during a fault.
   * @param {Fault} fault
   */
  async checkReplies({ stopsWrites, stopsReads }) {
    const islandReply = await sendRequest(this.browser('application/json'), this.nextEmail());
    const isFailure = islandReply.status === 503 && (await this.#reportsFailure(islandReply));
    this.#check('a request by an island', isFailure || (!stopsWrites && islandReply.status < 300), islandReply);

    const browser = this.browser();
    const form = sendRequest(browser, this.nextEmail());
    if (stopsWrites) await this.checkFailureReported('a request by a plain form', form, browser);
    else this.#check('a request by a plain form', (await form).status === 303, await form);

    await this.checkAccountPages({ mustFail: stopsReads });
    const { status } = await this.#ready();
    if (stopsWrites) this.measurements.check('/health/ready reports that writes fail', status === 503, String(status));
  }

  /**
   * Checks that the reply to a form is a page that shows the id of the failure, or a redirect to
   * one.
   * @param {string} name
   * @param {Promise<Reply>} request
   * @param {Client} browser
   */
  async checkFailureReported(name, request, browser) {
    const reply = await replyOf(request);
    const page = reply.location ? await get(browser, reply.location) : reply;
    this.#check(name, [303, 503].includes(reply.status) && (await this.#reportsFailure(page)), reply);
  }

  /**
   * Checks that a signed-in customer gets the account page or an error, but is never signed out.
   * @param {{ mustFail?: boolean, concurrency?: number }} [options]
   */
  async checkAccountPages({ mustFail = false, concurrency = READERS } = {}) {
    const pages = await this.#accountPages(concurrency);
    const isExpected = async (/** @type {Reply} */ page) =>
      page.status === 503 ? this.#reportsFailure(page) : !mustFail && page.status === 200;
    const results = await Promise.all(pages.map(isExpected));
    const firstFailure = Math.max(0, results.indexOf(false));
    this.#check('the account page of a signed-in customer', !results.includes(false), /** @type {Reply} */ (pages[firstFailure]));
  }

  /**
   * Requests account pages in parallel, more than one connection to the database can read.
   * @param {number} count
   */
  #accountPages(count) {
    return Promise.all(Array.from({ length: count }, () => get(this.customer, '/account/')));
  }

  /** Checks that the server recovers within the limit. */
  async checkRecovery() {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    const works = async () => {
      await sleep(200);
      return (await this.#ready()).status === 200 && this.signIn().then(() => true, () => false);
    };
    const hasRecovered = await waitFor('a sign-in', works, (RECOVERY_LIMIT_S + 2) * 1000).catch(() => false);
    this.measurements.atMost('seconds until the server is ready and sign-in works', hasRecovered ? seconds() : Number.POSITIVE_INFINITY, RECOVERY_LIMIT_S);
    const page = await get(this.customer, '/account/');
    this.#check('the customer is still signed in', page.status === 200, page);
  }

  /**
   * Advances the server's clock until leases have expired, and waits for the next poll of the
   * outbox. A process that could not record a delivery must not send the email again.
   */
  async expireLeases() {
    await this.environment.server.advance(ADVANCE_S);
    await sleep(POLL_MS);
  }

  checkNoDuplicateMails() {
    const { mails } = this.environment.relay;
    const copies = mails.length - new Set(mails.map(({ messageId }) => messageId)).size;
    this.measurements.atMost('duplicate mails', copies, 0);
  }

  async close() {
    await this.environment.close();
  }

  #ready() {
    return get(this.browser(), '/health/ready');
  }

  /**
   * Whether a reply contains the id of a failure that is in the log.
   * @param {Reply} reply
   */
  async #reportsFailure({ message, body }) {
    const isThere = () => this.#failures.some((id) => [id, String(parseInt(id, 16))].some((name) => `${message} ${body}`.includes(name)));
    return waitFor('the failure in the log', isThere, 1_000).then(() => true, () => false);
  }

  /** The ids of the requests whose failures are in the log. */
  get #failures() {
    return [...this.environment.server.output.matchAll(/failed\W*request_id\W*=\W*([0-9a-f]{8})\b/g)].map(([, id]) => String(id));
  }

  /**
   * @param {string} name
   * @param {boolean} isTrue
   * @param {Reply} reply
   */
  #check(name, isTrue, { status, location }) {
    this.measurements.check(name, isTrue, location ? `${status}, location ${location}` : String(status));
  }
}

/**
 * @param {Client} browser
 * @param {string} email
 */
const sendRequest = (browser, email) => replyOf(browser.post('/otp/request/', { contact_type: 'email', contact_value: email }));

/**
 * @param {Client} browser
 * @param {string} path
 */
const get = (browser, path) => replyOf(browser.get(path));

/**
 * Returns the reply; a missing reply has the status 0.
 * @param {Promise<Reply>} request
 * @returns {Promise<Reply>}
 */
const replyOf = (request) => request.catch((error) => ({ status: 0, location: null, message: '', body: String(error) }));
