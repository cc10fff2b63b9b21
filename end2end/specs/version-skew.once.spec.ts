import { type Answer, answerFetches } from '../support/browser-tricks.ts';
import { expect, test, wrong } from '../support/fixtures.ts';

test.use({ allowedProblems: [/status of (400|404)/] });

const HTML = { contentType: 'text/html; charset=utf-8', body: '<!DOCTYPE html><title>Sign in to the Wi-Fi</title>' };
const JSON_TYPE = { contentType: 'application/json' };

/** What a page hears from a server of another version, or from something between them. */
const FOREIGN: [string, Answer][] = [
  ['the path is gone', { status: 404, ...HTML }],
  ['the form is not understood', { status: 400, contentType: 'text/plain', body: 'missing field `csrf`' }],
  ['a page comes instead', { status: 200, ...HTML }],
  ['the answer has another shape', { status: 200, ...JSON_TYPE, body: '{"redirect":"/otp/verify/"}' }],
  ['the refusal is a new one', { status: 422, ...JSON_TYPE, body: '"PasskeyNeeded"' }],
  ['the refusal has no words', { status: 422, ...JSON_TYPE, body: '"CodeExpired"' }],
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
