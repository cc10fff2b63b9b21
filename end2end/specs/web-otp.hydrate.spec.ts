import type { Page } from '@playwright/test';
import { countPosts, slowPosts } from '../support/browser-tricks.ts';
import { expect, test, wrong } from '../support/fixtures.ts';

interface WebOtp {
  asked: { otp: { transport: string[] }; signal: AbortSignal }[];
  deliver: (code: string) => void;
  fail: (name: string) => void;
}

declare global {
  interface Window {
    webOtp: WebOtp;
  }
}

/** Browsers without a SIM card cannot read text messages, so the test delivers them. */
test.beforeEach(({ page }) =>
  page.addInitScript(() => {
    const asked: WebOtp['asked'] = [];
    Object.assign(window, { OTPCredential: class {}, webOtp: { asked } });
    Object.defineProperty(navigator.credentials, 'get', {
      value: (options: WebOtp['asked'][number]) =>
        new Promise((resolve, reject) => {
          asked.push(options);
          window.webOtp.deliver = (code) => resolve({ code, type: 'otp' });
          window.webOtp.fail = (name) => reject(new DOMException('as a browser does it', name));
          options.signal.addEventListener('abort', () => reject(options.signal.reason));
        }),
    });
  }),
);

const timesAsked = (page: Page) => page.evaluate(() => window.webOtp.asked.length);
const isAborted = (page: Page) => page.evaluate(() => window.webOtp.asked[0]?.signal.aborted);

test('WebOTP submits the code of a text message once', async ({ page, screens, askByPhone }) => {
  const code = await askByPhone();
  expect(await page.evaluate(() => window.webOtp.asked.map(({ otp }) => otp))).toEqual([{ transport: ['sms'] }]);
  const posts = countPosts(page);
  await page.evaluate((text) => window.webOtp.deliver(text), code);
  await screens.account.assertLoaded();
  expect(posts()).toBe(1);
});

test('WebOTP is not requested for a code sent by mail', async ({ page, askByEmail }) => {
  await askByEmail();
  expect(await timesAsked(page)).toBe(0);
});

test('submitting a typed code aborts the WebOTP request', async ({ page, screens, askByPhone }) => {
  const code = await askByPhone();
  await slowPosts(page, 500);
  await screens.verify.field.pressSequentially(code);
  expect(await isAborted(page)).toBe(false);
  await page.keyboard.press('Enter');
  expect(await isAborted(page)).toBe(true);
  await screens.account.assertLoaded();
});

test('a WebOTP code after a wrong code is not submitted automatically', async ({ page, screens, askByPhone }) => {
  const code = await askByPhone();
  await screens.verify.answer(wrong(code));
  await screens.verify.assertAttempts(4);
  const posts = countPosts(page);
  await page.evaluate((text) => window.webOtp.deliver(text), code);
  await screens.verify.assertSelected(wrong(code));
  expect(posts()).toBe(0);
});

for (const name of ['InvalidStateError', 'NotAllowedError', 'AbortError']) {
  test(`a WebOTP failure (${name}) is ignored`, async ({ page, screens, askByPhone }) => {
    const code = await askByPhone();
    await page.evaluate((reason) => window.webOtp.fail(reason), name);
    await expect(screens.verify.field).toBeEmpty();
    await screens.verify.assertNoError();
    await screens.verify.answer(code);
    await screens.account.assertLoaded();
  });
}
