import { expect, test } from '../support/fixtures.ts';

test('a customer who gave the wrong contact can give another', async ({ page, screens, customer, texts, askByEmail }) => {
  await askByEmail();
  await screens.verify.otherContactButton('email').click();
  await screens.request.assertLoaded();
  await expect(page.getByRole('link', { name: 'Enter that code' })).toHaveCount(0);
  await screens.request.ask('phone', customer.phone);
  await screens.verify.assertLoaded('phone');
  await screens.verify.answer((await texts.next()).code);
  await screens.account.assertLoaded();
});

test('the code for the first contact ends with the change', async ({ page, screens, askByEmail }) => {
  await askByEmail();
  await screens.verify.otherContactButton('email').click();
  await screens.request.assertOpen();
  await page.goto('/otp/verify/');
  await screens.request.assertOpen();
});
