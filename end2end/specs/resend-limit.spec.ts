import { expect, test } from '../support/fixtures.ts';

/** Seconds after which the next message has a new code. */
const NEXT_CODE_S = 200;
/** The number of codes of one sign-in in a quarter of an hour. */
const CODES_PER_SIGN_IN = 3;

test('when all codes of a sign-in are used, the page hides the resend buttons and shows when a new code is available', async ({
  page,
  screens,
  server,
  mailbox,
  customer,
  requestCodeByEmail,
}) => {
  await requestCodeByEmail();
  for (let sent = 1; sent < CODES_PER_SIGN_IN; sent += 1) {
    await server.advance(NEXT_CODE_S);
    await page.reload();
    await screens.verify.assertLoaded();
    await screens.verify.resendButton.click();
    await expect(screens.verify.notice).toContainText('OTP sent successfully.');
    await mailbox.mailTo(customer.email, sent);
  }
  await server.advance(NEXT_CODE_S);
  await page.reload();
  await screens.verify.assertLoaded();
  await expect(page.locator('#used-up')).toHaveText(/^You have asked for all the codes of this sign-in\. .* after \d\d:\d\d UTC\.$/);
  await expect(page.locator('#used-up time')).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await expect(screens.verify.resendButton).toHaveCount(0);
  await expect(screens.verify.switchButton('phone')).toHaveCount(0);
  // The last code still works, and the customer can start again.
  await expect(screens.verify.changeContactButton()).toBeVisible();
  await screens.verify.submitCode(await mailbox.codeTo(customer.email, CODES_PER_SIGN_IN - 1));
  await screens.account.assertLoaded();
});
