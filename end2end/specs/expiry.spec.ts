import { expect, test } from '../support/fixtures.ts';

const EXPIRED = 'OTP has expired. Please request a new one.';

test('a code works shortly before it expires', async ({ screens, server, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await server.advance(280);
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
});

test('an expired code is rejected and a new one can be requested', async ({ page, screens, server, mailbox, customer, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await server.advance(301);
  await screens.verify.submitCode(code);
  await expect(page.getByText(EXPIRED).filter({ visible: true }).first()).toBeVisible();
  await screens.verify.assertLoaded();
  await screens.verify.resendButton.click();
  await expect(screens.verify.notice).toContainText('OTP sent successfully.');
  await screens.verify.assertLoaded();
  await screens.verify.submitCode(await mailbox.codeTo(customer.email, 1));
  await screens.account.assertLoaded();
});

test('the verify screen shows that the code has expired after a reload', async ({ page, screens, server, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await server.advance(301);
  await page.reload();
  await screens.verify.assertLoaded();
  await expect(page.getByText(EXPIRED).filter({ visible: true }).first()).toBeVisible();
});
