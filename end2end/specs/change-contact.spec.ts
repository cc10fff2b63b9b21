import { expect, test } from '../support/fixtures.ts';

test('a customer can change the contact on the verify screen', async ({ page, screens, customer, texts, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await screens.verify.changeContactButton('email').click();
  await screens.request.assertLoaded();
  await expect(page.getByRole('link', { name: 'Enter that code' })).toHaveCount(0);
  await screens.request.requestCode('phone', customer.phone);
  await screens.verify.assertLoaded('phone');
  await screens.verify.submitCode((await texts.next()).code);
  await screens.account.assertLoaded();
});

test('changing the contact ends the sign-in of the first contact', async ({ page, screens, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await screens.verify.changeContactButton('email').click();
  await screens.request.assertOpen();
  await page.goto('/otp/verify/');
  await screens.request.assertOpen();
});
