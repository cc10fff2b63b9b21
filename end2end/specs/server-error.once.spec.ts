import { type Answer, answerFetches } from '../support/browser-tricks.ts';
import { expect, test } from '../support/fixtures.ts';

test.use({ allowedProblems: [/status of 50\d|answered 50\d/] });

const FAULT = 'Something went wrong on our side. Please try again. Reference: 0badcafe';
const NOT_SENT = /is still in the box\.$|are still in the box\.$/;

/**
 * The request never reaches the server: no attempt can be counted, and the page must not say that
 * one was.
 */
const ERRORS: [string, Answer, string | RegExp][] = [
  ['a gateway says that the server is away', { status: 503, contentType: 'text/html', body: '<h1>503 Service Unavailable</h1>' }, NOT_SENT],
  ['a gateway gives up', { status: 504, contentType: 'text/plain', body: '' }, NOT_SENT],
  [
    'the server itself fails',
    { status: 500, contentType: 'application/json', headers: { 'doorcode-message': encodeURIComponent(FAULT) }, body: '{"code":"unexpected","request_id":"0badcafe"}' },
    FAULT,
  ],
];

for (const [what, answer, message] of ERRORS) {
  test(`when ${what}, a code costs no attempt and stays`, async ({ page, screens, askByEmail }) => {
    const code = await askByEmail();
    await answerFetches(page, '/otp/verify/', answer);
    await screens.verify.answer(code);
    await screens.verify.assertError(message);
    await screens.verify.assertAttempts(5);
    await screens.verify.assertSelected(code);
    await expect(screens.verify.field).not.toHaveAttribute('aria-invalid');
    await page.unroute('**/otp/verify/');
    await screens.verify.continueButton.click();
    await screens.account.assertLoaded();
  });

  test(`when ${what}, a contact stays`, async ({ page, screens, customer }) => {
    await screens.request.open();
    await answerFetches(page, '/otp/request/', answer);
    await screens.request.ask('email', customer.email);
    await screens.request.assertError(message);
    await screens.request.assertKept('email', customer.email);
    await page.unroute('**/otp/request/');
    await screens.request.sendButton.click();
    await screens.verify.assertLoaded();
  });
}
