import type { Page } from '@playwright/test';
import { countPosts, delayPosts } from '../support/browser-helpers.ts';
import { expect, test, wrongCode } from '../support/fixtures.ts';

interface WebOtp {
  requests: { otp: { transport: string[] }; signal: AbortSignal }[];
  deliver: (code: string) => void;
  fail: (name: string) => void;
}

declare global {
  interface Window {
    webOtp: WebOtp;
  }
}

/** The test browser cannot read text messages, so the test mocks WebOTP. */
test.beforeEach(({ page }) =>
  page.addInitScript(() => {
    const requests: WebOtp['requests'] = [];
    Object.assign(window, { OTPCredential: class {}, webOtp: { requests } });
    Object.defineProperty(navigator.credentials, 'get', {
      value: (options: WebOtp['requests'][number]) =>
        new Promise((resolve, reject) => {
          requests.push(options);
          window.webOtp.deliver = (code) => resolve({ code, type: 'otp' });
          window.webOtp.fail = (name) => reject(new DOMException('simulated', name));
          options.signal.addEventListener('abort', () => reject(options.signal.reason));
        }),
    });
  }),
);

const requestCount = (page: Page) => page.evaluate(() => window.webOtp.requests.length);
const isAborted = (page: Page) => page.evaluate(() => window.webOtp.requests[0]?.signal.aborted);

test('WebOTP submits the code of a text message once', async ({ page, screens, requestCodeByText }) => {
  const code = await requestCodeByText();
  expect(await page.evaluate(() => window.webOtp.requests.map(({ otp }) => otp))).toEqual([{ transport: ['sms'] }]);
  const posts = countPosts(page);
  await page.evaluate((text) => window.webOtp.deliver(text), code);
  await screens.account.assertLoaded();
  expect(posts()).toBe(1);
});

test('WebOTP is not requested for a code sent by mail', async ({ page, requestCodeByEmail }) => {
  await requestCodeByEmail();
  expect(await requestCount(page)).toBe(0);
});

test('submitting a typed code aborts the WebOTP request', async ({ page, screens, requestCodeByText }) => {
  const code = await requestCodeByText();
  await delayPosts(page, 500);
  await screens.verify.field.pressSequentially(code);
  expect(await isAborted(page)).toBe(false);
  await page.keyboard.press('Enter');
  expect(await isAborted(page)).toBe(true);
  await screens.account.assertLoaded();
});

test('a WebOTP code after a wrong code is not submitted automatically', async ({ page, screens, requestCodeByText }) => {
  const code = await requestCodeByText();
  await screens.verify.submitCode(wrongCode(code));
  await screens.verify.assertAttempts(4);
  const posts = countPosts(page);
  await page.evaluate((text) => window.webOtp.deliver(text), code);
  await screens.verify.assertSelected(wrongCode(code));
  expect(posts()).toBe(0);
});

for (const name of ['InvalidStateError', 'NotAllowedError', 'AbortError']) {
  test(`a WebOTP failure (${name}) is ignored`, async ({ page, screens, requestCodeByText }) => {
    const code = await requestCodeByText();
    await page.evaluate((reason) => window.webOtp.fail(reason), name);
    await expect(screens.verify.field).toBeEmpty();
    await screens.verify.assertNoError();
    await screens.verify.submitCode(code);
    await screens.account.assertLoaded();
  });
}
