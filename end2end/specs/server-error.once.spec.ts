import { type MockResponse, mockFetches } from '../support/browser-helpers.ts';
import { expect, test } from '../support/fixtures.ts';

test.use({ allowedProblems: [/status of 50\d|returned 50\d/] });

const INTERNAL_ERROR = 'Something went wrong on our side. Please try again. Reference: 0badcafe';
const INPUT_KEPT = /is still in the box\.$|are still in the box\.$/;

/**
 * The request never reaches the server: no attempt can be counted, and the page must not say that
 * one was.
 */
const ERRORS: [string, MockResponse, string | RegExp][] = [
  ['a gateway reports that the server is unavailable', { status: 503, contentType: 'text/html', body: '<h1>503 Service Unavailable</h1>' }, INPUT_KEPT],
  ['a gateway times out', { status: 504, contentType: 'text/plain', body: '' }, INPUT_KEPT],
  [
    'the server reports an internal error',
    { status: 500, contentType: 'application/json', headers: { 'doorcode-message': encodeURIComponent(INTERNAL_ERROR) }, body: '{"code":"unexpected","request_id":"0badcafe"}' },
    INTERNAL_ERROR,
  ],
];

for (const [what, answer, message] of ERRORS) {
  test(`when ${what}, the code is kept and no attempt is counted`, async ({ page, screens, requestCodeByEmail }) => {
    const code = await requestCodeByEmail();
    await mockFetches(page, '/otp/verify/', answer);
    await screens.verify.submitCode(code);
    await screens.verify.assertError(message);
    await screens.verify.assertAttempts(5);
    await screens.verify.assertSelected(code);
    await expect(screens.verify.field).not.toHaveAttribute('aria-invalid');
    await page.unroute('**/otp/verify/');
    await screens.verify.continueButton.click();
    await screens.account.assertLoaded();
  });

  test(`when ${what}, the contact is kept`, async ({ page, screens, customer }) => {
    await screens.request.open();
    await mockFetches(page, '/otp/request/', answer);
    await screens.request.requestCode('email', customer.email);
    await screens.request.assertError(message);
    await screens.request.assertContact('email', customer.email);
    await page.unroute('**/otp/request/');
    await screens.request.sendButton.click();
    await screens.verify.assertLoaded();
  });
}
