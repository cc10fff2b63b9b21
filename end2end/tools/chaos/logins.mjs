// Whole logins between kills: a browser that has received the session cookie stays signed in, and a
// used code no longer works.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../lib/process.mjs';
import { Moments } from '../../lib/moments.mjs';

/**
 * Milliseconds after which a used code must be rejected. For 10 s, the server deliberately replies
 * to a second tap with the same code as to the first.
 */
const TAPS_MS = 11_000;

/** @typedef {import('../../lib/client.mjs').Client} Client */

/**
 * @typedef {object} Login
 * @property {Client} browser
 * @property {Client} earlier a copy of the browser before the code was sent
 * @property {string} code
 * @property {number} at when the client received the cookie
 * @property {number} life of the server, counted in kills
 * @property {boolean} isChecked whether its session was checked after a kill
 * @property {boolean} isRepeated whether its code was tried again
 */

export class Logins {
  /** @type {Login[]} */
  seen = [];
  /** The moments at which codes are sent to the server. */
  moments = new Moments();
  cut = 0;
  refused = 0;
  signedOut = 0;
  acceptedTwice = 0;

  /**
   * @param {import('./lives.mjs').Lives} lives
   * @param {import('./crowd.mjs').Crowd} crowd
   */
  constructor(lives, crowd) {
    this.lives = lives;
    this.crowd = crowd;
  }

  /**
   * Signs a customer in, if the email arrives soon. An email that a kill caught arrives only after
   * its lease.
   */
  async one() {
    const request = await this.crowd.ask();
    if (!request.isAccepted) return;
    const mail = await waitFor('the mail', () => this.crowd.mailOf(request), 2_000).catch(() => undefined);
    if (mail?.code) await this.#answer(request.browser, mail.code);
  }

  /**
   * @param {Client} browser
   * @param {string} code
   */
  async #answer(browser, code) {
    const earlier = browser.copy();
    const life = this.lives.kills.length;
    // If a kill cuts the reply off, the customer taps again. The server may have accepted the code
    // already, and then replies the same.
    const { location } = await this.lives.insist(() => {
      this.moments.come();
      return browser.post('/otp/verify/', { otp_code: code });
    });
    if (this.lives.kills.length > life) this.cut += 1;
    if (location !== '/account/') {
      this.refused += 1;
      return;
    }
    const at = Date.now();
    this.seen.push({ browser, earlier, code, at, life: this.lives.kills.length, isChecked: false, isRepeated: false });
  }

  /**
   * Checks what can be checked now: sessions that went through a kill, and codes that are past the
   * second tap.
   */
  async check() {
    for (const login of this.seen.filter((one) => !one.isChecked && one.life < this.lives.kills.length)) {
      login.isChecked = true;
      await this.#checkSession(login);
    }
    for (const login of this.seen.filter((one) => !one.isRepeated && one.at + TAPS_MS < Date.now())) {
      login.isRepeated = true;
      await this.#repeat(login);
    }
  }

  /** Checks all sessions once more, and the codes that are left. */
  async checkAll() {
    const last = Math.max(0, ...this.seen.map(({ at }) => at)) + TAPS_MS - Date.now();
    await sleep(Math.max(0, last) + 1);
    await this.check();
    for (const login of this.seen) await this.#checkSession(login);
  }

  /** @param {Login} login */
  async #checkSession({ browser }) {
    const { status } = await this.lives.insist(() => browser.get('/account/'));
    if (status !== 200) this.signedOut += 1;
  }

  /** @param {Login} login */
  async #repeat({ earlier, code }) {
    const { location } = await this.lives.insist(() => earlier.copy().post('/otp/verify/', { otp_code: code }));
    if (location === '/account/') this.acceptedTwice += 1;
  }
}
