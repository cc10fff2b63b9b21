import type { Page } from '@playwright/test';
import { type Answer, answerFetches } from '../support/browser-tricks.ts';
import { expect, test, wrong } from '../support/fixtures.ts';

test.use({ allowedProblems: [/status of (400|404)/] });

const HTML = { contentType: 'text/html; charset=utf-8', body: '<!DOCTYPE html><title>Sign in to the Wi-Fi</title>' };
const JSON_TYPE = { contentType: 'application/json' };
const WORDS = 'Please use your passkey for this.';

/** Replies of a server of another version that has not processed the request. */
const FOREIGN: [string, Answer][] = [
  ['the path no longer exists', { status: 404, ...HTML }],
  ['the server cannot parse the form', { status: 400, contentType: 'text/plain', body: 'missing field `csrf`' }],
  ['the reply has an unknown format', { status: 200, ...JSON_TYPE, body: '{"redirect":"/otp/verify/"}' }],
];

for (const [what, answer] of FOREIGN) {
  test(`when ${what}, the plain forms are used`, async ({ page, screens, customer, mailbox }) => {
    const asked = await answerFetches(page, '/otp/request/', answer);
    const answered = await answerFetches(page, '/otp/verify/', answer);
    await screens.request.open();
    await screens.request.ask('email', customer.email);
    await screens.verify.assertLoaded();
    expect(asked()).toBe(1);
    const code = await mailbox.codeTo(customer.email);
    expect(await mailbox.mailsTo(customer.email)).toHaveLength(1);
    await screens.verify.answer(wrong(code));
    await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
    await screens.verify.waitForIslands();
    await screens.verify.answer(code);
    await screens.account.assertLoaded();
    expect(answered()).toBe(2);
  });
}

/**
 * Replies of an intermediary between the page and the server. Sending the code again automatically
 * could cost an attempt.
 */
const CUT: [string, Answer][] = [
  ['the reply is a page of an intermediary', { status: 200, ...HTML }],
  ['a rejection has no message header', { status: 422, ...JSON_TYPE, body: '{"code":"code_expired","go_to":"/otp/verify/"}' }],
];

for (const [what, answer] of CUT) {
  test(`when ${what}, the code is kept and can be submitted again`, async ({ page, screens, askByEmail }) => {
    const code = await askByEmail();
    const answered = await answerFetches(page, '/otp/verify/', answer);
    await screens.verify.answer(code);
    await screens.verify.assertError(/connection failed/);
    await screens.verify.assertSelected(code);
    expect(answered()).toBe(1);
    await page.unroute('**/otp/verify/');
    await screens.verify.continueButton.click();
    await screens.account.assertLoaded();
  });
}

/**
 * Replies to the request form like a newer server, with an error code that the page does not know.
 */
async function answerPasskeyNeeded(page: Page, members: object): Promise<void> {
  const headers = { 'doorcode-words': encodeURIComponent(WORDS) };
  const body = JSON.stringify({ code: 'passkey_needed', ...members });
  await answerFetches(page, '/otp/request/', { status: 422, ...JSON_TYPE, headers, body });
}

test('an unknown error shows the message from the server', async ({ page, screens, customer }) => {
  await answerPasskeyNeeded(page, {});
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.request.assertError(WORDS);
  await screens.request.assertKept('email', customer.email);
  await expect(screens.request.field).not.toHaveAttribute('aria-invalid');
});

test('an unknown error can mark a field as invalid', async ({ page, screens, customer }) => {
  await answerPasskeyNeeded(page, { field: 'contact_value' });
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.request.assertError(WORDS);
  await expect(screens.request.field).toHaveAttribute('aria-invalid', 'true');
});

test('an unknown error that names a missing field marks no field', async ({ page, screens, customer }) => {
  await answerPasskeyNeeded(page, { field: 'passkey' });
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.request.assertError(WORDS);
  await expect(screens.request.field).not.toHaveAttribute('aria-invalid');
});

test('an unknown error can be shown as a notice', async ({ page, screens, customer }) => {
  await answerPasskeyNeeded(page, { news: true });
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.request.assertNews(WORDS);
});

test('an unknown error can redirect to another page', async ({ page, screens, customer, askByEmail }) => {
  await askByEmail();
  await answerPasskeyNeeded(page, { go_to: '/otp/verify/', news: true });
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.verify.assertLoaded();
});
