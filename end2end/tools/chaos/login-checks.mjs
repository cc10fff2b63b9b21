// Signs customers in between kills, and checks that sessions survive a kill and that a used code is
// rejected.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../lib/process.mjs';
import { Notify } from '../../lib/notify.mjs';

/**
 * Milliseconds after which a used code must be rejected. For 10 s (`Otp::REPLAY_WINDOW`), the
 * server deliberately gives the same reply to a repeated submission of the code.
 */
const REPLAY_WINDOW_MS = 11_000;

/** @typedef {import('../../lib/client.mjs').Client} Client */

/**
 * @typedef {object} Login
 * @property {Client} browser
 * @property {Client} browserBefore a copy of the browser before the code was sent
 * @property {string} code
 * @property {number} at when the client received the cookie
 * @property {number} killCount the number of kills before the login
 * @property {boolean} isSessionChecked whether its session was checked after a kill
 * @property {boolean} isCodeReplayed whether its code was submitted again
 */

export class LoginChecks {
  /** @type {Login[]} */
  logins = [];
  /** Notifies when a code is submitted. */
  codeSubmitted = new Notify();
  interrupted = 0;
  rejected = 0;
  lostSessions = 0;
  replayedCodesAccepted = 0;

  /**
   * @param {import('./server-lifecycle.mjs').ServerLifecycle} lifecycle
   * @param {import('./load-generator.mjs').LoadGenerator} load
   */
  constructor(lifecycle, load) {
    this.lifecycle = lifecycle;
    this.load = load;
  }

  /**
   * Signs a customer in, if the email arrives within 2 s. An email that a kill interrupted is sent
   * again only after its lease has expired.
   */
  async logIn() {
    const request = await this.load.requestCode();
    if (!request.isAccepted) return;
    const mail = await waitFor('the mail', () => this.load.mailOf(request), 2_000).catch(() => undefined);
    if (mail?.code) await this.#submitCode(request.browser, mail.code);
  }

  /**
   * @param {Client} browser
   * @param {string} code
   */
  async #submitCode(browser, code) {
    const browserBefore = browser.copy();
    const killCount = this.lifecycle.killTimes.length;
    // If a kill interrupts the reply, the customer submits the code again. If the server has
    // already accepted the code, it gives the same reply.
    const { location } = await this.lifecycle.retryAfterKills(() => {
      this.codeSubmitted.notifyAll();
      return browser.post('/otp/verify/', { otp_code: code });
    });
    if (this.lifecycle.killTimes.length > killCount) this.interrupted += 1;
    if (location !== '/account/') {
      this.rejected += 1;
      return;
    }
    const at = Date.now();
    this.logins.push({ browser, browserBefore, code, at, killCount: this.lifecycle.killTimes.length, isSessionChecked: false, isCodeReplayed: false });
  }

  /**
   * Checks the sessions that existed before a kill, and the codes whose replay window has ended.
   */
  async check() {
    for (const login of this.logins.filter((one) => !one.isSessionChecked && one.killCount < this.lifecycle.killTimes.length)) {
      login.isSessionChecked = true;
      await this.#checkSession(login);
    }
    for (const login of this.logins.filter((one) => !one.isCodeReplayed && one.at + REPLAY_WINDOW_MS < Date.now())) {
      login.isCodeReplayed = true;
      await this.#replayCode(login);
    }
  }

  /** Checks all sessions again, and the remaining codes. */
  async checkAll() {
    const remaining = Math.max(0, ...this.logins.map(({ at }) => at)) + REPLAY_WINDOW_MS - Date.now();
    await sleep(Math.max(0, remaining) + 1);
    await this.check();
    for (const login of this.logins) await this.#checkSession(login);
  }

  /** @param {Login} login */
  async #checkSession({ browser }) {
    const { status } = await this.lifecycle.retryAfterKills(() => browser.get('/account/'));
    if (status !== 200) this.lostSessions += 1;
  }

  /** @param {Login} login */
  async #replayCode({ browserBefore, code }) {
    const { location } = await this.lifecycle.retryAfterKills(() => browserBefore.copy().post('/otp/verify/', { otp_code: code }));
    if (location === '/account/') this.replayedCodesAccepted += 1;
  }
}
