import { expect, test } from '../support/fixtures.ts';

test('the verify screen without a sign-in in progress redirects to the request screen with a message', async ({ page, screens }) => {
  await page.goto('/otp/verify/');
  await screens.request.assertLoaded();
  await expect(page.getByText('Session expired. Please request OTP again.').filter({ visible: true }).first()).toBeVisible();
});

test('the account page redirects to sign-in and back', async ({ page, screens, customer, mailbox }) => {
  await page.goto('/account/');
  await screens.request.assertLoaded();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
  await screens.verify.submitCode(await mailbox.codeTo(customer.email));
  await screens.account.assertLoaded();
});

for (const path of ['/account/contact/', '/account/sessions/']) {
  test(`${path} redirects to sign-in and back`, async ({ page, screens, customer, mailbox }) => {
    await page.goto(path);
    await screens.request.assertLoaded();
    await expect(page).toHaveURL(`/otp/request/?next=${path}`);
    await screens.request.requestCode('email', customer.email);
    await screens.verify.assertLoaded();
    await screens.verify.submitCode(await mailbox.codeTo(customer.email));
    await expect(page).toHaveURL(path);
  });
}

test('GET /otp/resend/ sends nothing and shows a confirmation button', async ({ page, screens, server, customer, mailbox, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await server.advance(61);
  await screens.confirm.visit('/otp/resend/');
  await page.waitForTimeout(500);
  expect(await mailbox.mailsTo(customer.email)).toHaveLength(1);
  await screens.confirm.confirm('/otp/resend/');
  await screens.verify.assertLoaded();
  await mailbox.mailTo(customer.email, 1);
});

test('GET /otp/logout/ keeps the session and shows a confirmation button', async ({ screens, customer, signIn }) => {
  await signIn();
  await screens.confirm.visit('/otp/logout/');
  await screens.account.open();
  await screens.account.assertShows(customer.name);
  await screens.confirm.visit('/otp/logout/');
  await screens.confirm.confirm('/otp/logout/');
  await screens.request.assertLoaded();
});
