// The sign-in in WebKitGTK, with the islands and with JavaScript off.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { Doorcode, customer } from '../lib/doorcode.mjs';
import { waitFor } from '../lib/process.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { WebKit } from '../lib/webkit.mjs';

const MODES = [
  { mode: 'hydrated', hydrated: true, args: [] },
  // WebDriver's own scripts still run.
  { mode: 'nojs', hydrated: false, args: ['--enable-javascript=false'] },
];
const TIMEOUT = { timeout: 120_000 };
const FIELD = '#otp_code';

const sink = new SmtpSink();
/** @type {Doorcode} */
let server;
/** @type {WebKit} */
let webkit;

before(async () => {
  server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await sink.start() });
  webkit = await WebKit.start();
});

after(async () => {
  await webkit?.stop();
  await server?.stop();
  sink.stop();
});

let number = 0;

for (const { mode, hydrated, args } of MODES) {
  describe(mode, () => {
    /** @type {import('../lib/webdriver.mjs').Window} */
    let browser;
    let email = '';

    beforeEach(async () => {
      number += 1;
      email = customer(number).email;
      await server.addCustomer(customer(number));
      browser = await webkit.open(...args);
    });

    afterEach(async () => {
      await browser.close();
      assert.doesNotMatch(server.output, /panicked at/);
    });

    /** @param {string} form */
    const waitForForm = (form) => browser.waitFor(hydrated ? `${form}[data-ready]` : form);

    /** Requests a code in the browser, and returns the code. */
    async function requestCode() {
      await browser.visit(`${server.url}/otp/request/`);
      await waitForForm('#request-form');
      await browser.fillAndSubmit('#contact_value', email);
      await waitForForm('#verify-form');
      return codeOf(1);
    }

    /**
     * Returns the code in the customer's email of this number.
     * @param {number} which
     */
    async function codeOf(which) {
      const mails = () => sink.mails.filter(({ recipient }) => recipient === email);
      return String((await waitFor(`mail ${which}`, () => mails()[which - 1])).code);
    }

    test('a customer signs in with the code from their email and signs out', TIMEOUT, async () => {
      await browser.fillAndSubmit(FIELD, await requestCode());
      await browser.waitForText('h1', 'Your account');
      await browser.waitForText('main', customer(number).name);
      await browser.click('Sign out');
      await browser.waitForText('#notice', 'You are signed out.');
      await browser.visit(`${server.url}/account/`);
      await browser.waitForText('h1', 'Sign in to your account');
    });

    test('a wrong code shows an error and the correct code signs in', TIMEOUT, async () => {
      const code = await requestCode();
      await browser.execute('window.sameDocument = true');
      await browser.fillAndSubmit(FIELD, wrong(code));
      await browser.waitForText('#error-summary', 'Invalid OTP. Attempts remaining: 4');
      await browser.waitForText('#attempts', 'Attempts remaining: 4');
      // Only an island replies in place, so this confirms the mode.
      assert.equal(await browser.execute('return Boolean(window.sameDocument)'), hydrated);
      await browser.fillAndSubmit(FIELD, code);
      await browser.waitForText('h1', 'Your account');
    });

    test('a resent code signs in', TIMEOUT, async () => {
      await requestCode();
      await server.advance(61);
      await browser.reload();
      await waitForForm('#verify-form');
      await browser.click('Send a new code');
      await browser.waitForText('#notice', 'OTP sent successfully.');
      await waitForForm('#verify-form');
      await browser.fillAndSubmit(FIELD, await codeOf(2));
      await browser.waitForText('h1', 'Your account');
    });
  });
}

/** @param {string} code */
const wrong = (code) => code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
