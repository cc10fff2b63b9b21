// One fault of one server: checks before it, during it, and after its end.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../lib/client.mjs';
import { waitFor } from '../../lib/process.mjs';
import { Figures } from '../chaos/figures.mjs';
import { Stage } from '../chaos/stage.mjs';

/** Seconds after the fault within which everything must work. */
const HEALS_WITHIN_S = 10;
/** Milliseconds after which a reply counts as missing. */
const PATIENCE_MS = 8_000;
/** Milliseconds from an email to its receipt, long enough to hold the receipt back. */
const RECEIPT_MS = 300;
/**
 * Seconds, by the server's clock, that exceed the lease of a process on an email: then another
 * process may send it.
 */
const LEASE_S = 60;
/** Milliseconds in which the server looks for emails to send at least once. */
const POLL_MS = 1_500;
const CUSTOMERS = 8;
/** The number of parallel requests, so that every reading connection is in use. */
const READERS = 16;

/** @typedef {{ status: number, location: string | null, words: string, body: string }} Answer */

/**
 * @typedef {object} Fault
 * @property {boolean} stopsWrites whether nothing can be committed during the fault
 * @property {boolean} stopsReads whether the session of a signed-in customer cannot be read
 * @property {(stage: Stage) => Promise<() => Promise<void>>} begin returns the function that ends
 *   the fault
 */

/**
 * Runs a whole trial: a sign-in, the fault, its end, and a sign-in.
 * @param {string} name
 * @param {Fault} fault
 * @param {import('../chaos/stage.mjs').StageOptions} [options]
 */
export async function endure(name, fault, options) {
  const trial = await Trial.open(name, options);
  try {
    const goOn = await trial.mailUnderWay();
    const end = await fault.begin(trial.stage);
    try {
      await goOn();
      await trial.answers(fault);
      await trial.leasesEnd();
    } finally {
      await end();
    }
    await trial.heals();
    await trial.leasesEnd();
    trial.noMailTwice();
    return trial.figures.list;
  } finally {
    await trial.close();
  }
}

export class Trial {
  #turn = 0;

  /**
   * @param {Figures} figures
   * @param {Stage} stage
   * @param {Client} customer who is signed in before the fault
   */
  constructor(figures, stage, customer) {
    this.figures = figures;
    this.stage = stage;
    this.customer = customer;
  }

  /**
   * @param {string} name
   * @param {import('../chaos/stage.mjs').StageOptions} [options]
   */
  static async open(name, options) {
    const stage = await Stage.open(CUSTOMERS, options);
    const trial = new Trial(new Figures(name), stage, new Client(stage.server.url, { timeout: PATIENCE_MS }));
    await trial.signIn(trial.customer);
    await trial.#accountPages(READERS);
    return trial;
  }

  /** @param {string} accept */
  browser(accept = 'text/html') {
    return new Client(this.stage.server.url, { accept, timeout: PATIENCE_MS });
  }

  /** Returns the address of another customer each time. */
  nextEmail() {
    this.#turn += 1;
    return String(this.stage.emails[this.#turn % CUSTOMERS]);
  }

  /**
   * Runs a whole sign-in.
   * @param {Client} [browser]
   */
  async signIn(browser = this.browser()) {
    const code = await this.askForCode(browser);
    const { location } = await browser.post('/otp/verify/', { otp_code: code });
    if (location !== '/account/') throw new Error(`the code led to ${location}`);
  }

  /** @param {Client} browser */
  async askForCode(browser) {
    const email = this.nextEmail();
    const arriving = this.stage.relay.nextMail(email, 3_000);
    arriving.catch(() => {});
    const { status, location } = await ask(browser, email);
    if (location !== '/otp/verify/') throw new Error(`asking for a code answered ${status} to ${location}`);
    return String((await arriving).code);
  }

  /**
   * Sends an email that the relay receives without confirming it. The returned function lets the
   * relay confirm it.
   */
  async mailUnderWay() {
    const { relay } = this.stage;
    relay.delays = { reply: () => 0, receipt: () => RECEIPT_MS };
    await this.askForCode(this.browser());
    relay.hang();
    return async () => {
      relay.resume();
      await sleep(2 * RECEIPT_MS);
      relay.delays = { reply: () => 0, receipt: () => 0 };
    };
  }

  /**
   * Checks the replies during a fault.
   * @param {Fault} fault
   */
  async answers({ stopsWrites, stopsReads }) {
    const script = await ask(this.browser('application/json'), this.nextEmail());
    const isFailure = script.status === 503 && (await this.#namesFailure(script));
    this.#holds('a request by script', isFailure || (!stopsWrites && script.status < 300), script);

    const browser = this.browser();
    const form = ask(browser, this.nextEmail());
    if (stopsWrites) await this.failsByName('a request by form', form, browser);
    else this.#holds('a request by form', (await form).status === 303, await form);

    await this.accountHolds({ mustFail: stopsReads });
    const { status } = await this.#ready();
    if (stopsWrites) this.figures.holds('/health/ready says that nothing can be written', status === 503, String(status));
  }

  /**
   * Checks that the reply to a form is a page that names the failure, or a redirect to one.
   * @param {string} what
   * @param {Promise<Answer>} request
   * @param {Client} browser
   */
  async failsByName(what, request, browser) {
    const answer = await answerOf(request);
    const page = answer.location ? await get(browser, answer.location) : answer;
    this.#holds(what, [303, 503].includes(answer.status) && (await this.#namesFailure(page)), answer);
  }

  /**
   * Checks that a signed-in customer sees the account page, or that it cannot be shown, but never
   * that they are signed out.
   * @param {{ mustFail?: boolean, atOnce?: number }} [options]
   */
  async accountHolds({ mustFail = false, atOnce = READERS } = {}) {
    const pages = await this.#accountPages(atOnce);
    const isFine = async (/** @type {Answer} */ page) =>
      page.status === 503 ? this.#namesFailure(page) : !mustFail && page.status === 200;
    const fine = await Promise.all(pages.map(isFine));
    const worst = Math.max(0, fine.indexOf(false));
    this.#holds('the account of who is signed in', !fine.includes(false), /** @type {Answer} */ (pages[worst]));
  }

  /**
   * Requests account pages in parallel, more than one connection to the database can read.
   * @param {number} count
   */
  #accountPages(count) {
    return Promise.all(Array.from({ length: count }, () => get(this.customer, '/account/')));
  }

  /** Checks that everything works again soon. */
  async heals() {
    const begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1000;
    const works = async () => {
      await sleep(200);
      return (await this.#ready()).status === 200 && this.signIn().then(() => true, () => false);
    };
    const isHealed = await waitFor('a sign-in', works, (HEALS_WITHIN_S + 2) * 1000).catch(() => false);
    this.figures.atMost('seconds until it is ready and a sign-in works', isHealed ? seconds() : Number.POSITIVE_INFINITY, HEALS_WITHIN_S);
    const page = await get(this.customer, '/account/');
    this.#holds('who was signed in before still is', page.status === 200, page);
  }

  /**
   * Advances the server's clock so far that an email without a record may be sent again, and waits
   * long enough to see it. The process that could not record what it sent must not send it again.
   */
  async leasesEnd() {
    await this.stage.server.advance(LEASE_S);
    await sleep(POLL_MS);
  }

  noMailTwice() {
    const { mails } = this.stage.relay;
    const copies = mails.length - new Set(mails.map(({ messageId }) => messageId)).size;
    this.figures.atMost('mails that went out twice', copies, 0);
  }

  async close() {
    await this.stage.close();
  }

  #ready() {
    return get(this.browser(), '/health/ready');
  }

  /**
   * Whether a reply names a failure that is also in the log.
   * @param {Answer} answer
   */
  async #namesFailure({ words, body }) {
    const isThere = () => this.#failures.some((id) => [id, String(parseInt(id, 16))].some((name) => `${words} ${body}`.includes(name)));
    return waitFor('the failure in the log', isThere, 1_000).then(() => true, () => false);
  }

  /** The ids of the requests whose failures are in the log. */
  get #failures() {
    return [...this.stage.server.output.matchAll(/request\W*=\W*([0-9a-f]{8})\b/g)].map(([, id]) => String(id));
  }

  /**
   * @param {string} what
   * @param {boolean} isSo
   * @param {Answer} answer
   */
  #holds(what, isSo, { status, location }) {
    this.figures.holds(what, isSo, location ? `${status} to ${location}` : String(status));
  }
}

/**
 * @param {Client} browser
 * @param {string} email
 */
const ask = (browser, email) => answerOf(browser.post('/otp/request/', { contact_type: 'email', contact_value: email }));

/**
 * @param {Client} browser
 * @param {string} path
 */
const get = (browser, path) => answerOf(browser.get(path));

/**
 * Returns the reply; a missing reply has the status 0.
 * @param {Promise<Answer>} request
 * @returns {Promise<Answer>}
 */
const answerOf = (request) => request.catch((error) => ({ status: 0, location: null, words: '', body: String(error) }));
