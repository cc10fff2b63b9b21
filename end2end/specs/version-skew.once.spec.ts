import type { Page } from '@playwright/test';
import { type Answer, answerFetches } from '../support/browser-tricks.ts';
import { expect, test, wrong } from '../support/fixtures.ts';

test.use({ allowedProblems: [/status of (400|404)/] });

const HTML = { contentType: 'text/html; charset=utf-8', body: '<!DOCTYPE html><title>Sign in to the Wi-Fi</title>' };
const JSON_TYPE = { contentType: 'application/json' };
const WORDS = 'Please use your passkey for this.';

/** Replies of a server of another version that has not processed the request. */
const FOREIGN: [string, Answer][] = [
  ['the path is gone', { status: 404, ...HTML }],
  ['the form is not understood', { status: 400, contentType: 'text/plain', body: 'missing field `csrf`' }],
  ['the answer has another shape', { status: 200, ...JSON_TYPE, body: '{"redirect":"/otp/verify/"}' }],
];

for (const [what, answer] of FOREIGN) {
  test(`when ${what}, the plain forms do the work`, async ({ page, screens, customer, mailbox }) => {
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
  ['a page of somebody else comes', { status: 200, ...HTML }],
  ['a refusal comes without its words', { status: 422, ...JSON_TYPE, body: '{"code":"code_expired","redirect_to":"/otp/verify/"}' }],
];

for (const [what, answer] of CUT) {
  test(`when ${what}, the code stays and can be sent again`, async ({ page, screens, askByEmail }) => {
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
  const headers = { 'doorcode-message': encodeURIComponent(WORDS) };
  const body = JSON.stringify({ code: 'passkey_needed', ...members });
  await answerFetches(page, '/otp/request/', { status: 422, ...JSON_TYPE, headers, body });
}

test('an error that the page does not know is told in the words of the server', async ({ page, screens, customer }) => {
  await answerPasskeyNeeded(page, {});
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.request.assertError(WORDS);
  await screens.request.assertKept('email', customer.email);
  await expect(screens.request.field).not.toHaveAttribute('aria-invalid');
});

test('an error that the page does not know can blame the field', async ({ page, screens, customer }) => {
  await answerPasskeyNeeded(page, { field: 'contact_value' });
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.request.assertError(WORDS);
  await expect(screens.request.field).toHaveAttribute('aria-invalid', 'true');
});

test('an error that the page does not know can blame a field that the page does not have', async ({ page, screens, customer }) => {
  await answerPasskeyNeeded(page, { field: 'passkey' });
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.request.assertError(WORDS);
  await expect(screens.request.field).not.toHaveAttribute('aria-invalid');
});

test('an error that the page does not know can be a notice', async ({ page, screens, customer }) => {
  await answerPasskeyNeeded(page, { notice: true });
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.request.assertNotice(WORDS);
});

test('an error that the page does not know can lead to another page', async ({ page, screens, customer, askByEmail }) => {
  await askByEmail();
  await answerPasskeyNeeded(page, { redirect_to: '/otp/verify/', notice: true });
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.verify.assertLoaded();
});
