import type { Page } from '@playwright/test';
import { type MockResponse, mockFetches } from '../support/browser-helpers.ts';
import { expect, test, wrongCode } from '../support/fixtures.ts';

test.use({ allowedProblems: [/status of (400|404)/] });

const HTML = { contentType: 'text/html; charset=utf-8', body: '<!DOCTYPE html><title>Sign in to the Wi-Fi</title>' };
const JSON_TYPE = { contentType: 'application/json' };
const MESSAGE = 'Please use your passkey for this.';

/** Replies of a server of another version that has not processed the request. */
const UNPROCESSED: [string, MockResponse][] = [
  ['the path no longer exists', { status: 404, ...HTML }],
  ['the server cannot parse the form', { status: 400, contentType: 'text/plain', body: 'missing field `csrf`' }],
  ['the reply has an unknown format', { status: 200, ...JSON_TYPE, body: '{"redirect":"/otp/verify/"}' }],
];

for (const [what, answer] of UNPROCESSED) {
  test(`when ${what}, the plain forms are used`, async ({ page, screens, customer, mailbox }) => {
    const requestCount = await mockFetches(page, '/otp/request/', answer);
    const verifyCount = await mockFetches(page, '/otp/verify/', answer);
    await screens.request.open();
    await screens.request.requestCode('email', customer.email);
    await screens.verify.assertLoaded();
    expect(requestCount()).toBe(1);
    const code = await mailbox.codeTo(customer.email);
    expect(await mailbox.mailsTo(customer.email)).toHaveLength(1);
    await screens.verify.submitCode(wrongCode(code));
    await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
    await screens.verify.waitForIslands();
    await screens.verify.submitCode(code);
    await screens.account.assertLoaded();
    expect(verifyCount()).toBe(2);
  });
}

/**
 * Replies of an intermediary between the page and the server. Sending the code again automatically
 * could cost an attempt.
 */
const INTERMEDIARY: [string, MockResponse][] = [
  ['the reply is a page of an intermediary', { status: 200, ...HTML }],
  ['a rejection has no message header', { status: 422, ...JSON_TYPE, body: '{"code":"code_expired","redirect_to":"/otp/verify/"}' }],
];

for (const [what, answer] of INTERMEDIARY) {
  test(`when ${what}, the code is kept and can be submitted again`, async ({ page, screens, requestCodeByEmail }) => {
    const code = await requestCodeByEmail();
    const verifyCount = await mockFetches(page, '/otp/verify/', answer);
    await screens.verify.submitCode(code);
    await screens.verify.assertError(/connection failed/);
    await screens.verify.assertSelected(code);
    expect(verifyCount()).toBe(1);
    await page.unroute('**/otp/verify/');
    await screens.verify.continueButton.click();
    await screens.account.assertLoaded();
  });
}

/**
 * Replies to the request form like a newer server, with an error code that the page does not know.
 */
async function mockPasskeyNeeded(page: Page, members: object): Promise<void> {
  const headers = { 'doorcode-message': encodeURIComponent(MESSAGE) };
  const body = JSON.stringify({ code: 'passkey_needed', ...members });
  await mockFetches(page, '/otp/request/', { status: 422, ...JSON_TYPE, headers, body });
}

test('an unknown error shows the message from the server', async ({ page, screens, customer }) => {
  await mockPasskeyNeeded(page, {});
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.request.assertError(MESSAGE);
  await screens.request.assertContact('email', customer.email);
  await expect(screens.request.field).not.toHaveAttribute('aria-invalid');
});

test('an unknown error can mark a field as invalid', async ({ page, screens, customer }) => {
  await mockPasskeyNeeded(page, { field: 'contact_value' });
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.request.assertError(MESSAGE);
  await expect(screens.request.field).toHaveAttribute('aria-invalid', 'true');
});

test('an unknown error that names a missing field marks no field', async ({ page, screens, customer }) => {
  await mockPasskeyNeeded(page, { field: 'passkey' });
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.request.assertError(MESSAGE);
  await expect(screens.request.field).not.toHaveAttribute('aria-invalid');
});

test('an unknown error can be shown as a notice', async ({ page, screens, customer }) => {
  await mockPasskeyNeeded(page, { notice: true });
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.request.assertNotice(MESSAGE);
});

test('an unknown error can redirect to another page', async ({ page, screens, customer, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await mockPasskeyNeeded(page, { redirect_to: '/otp/verify/', notice: true });
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
});
