import { expect, test } from '../support/fixtures.ts';

test('the verify screen shows the delivery status of the mail', async ({ page, screens, server, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await screens.verify.assertDelivery('sent', 'Sent. It can take a few minutes. Check your spam folder.');
  await server.advance(61);
  await page.reload();
  await screens.verify.assertDelivery('overdue', 'Still nothing? Check the address, your spam folder, or ask for a new code.');
  await screens.verify.assertLoaded();
});

test('the verify screen shows the delivery status of the text message', async ({ screens, requestCodeByText }) => {
  await requestCodeByText();
  await screens.verify.assertDelivery('sent', 'Sent. It can take a minute.');
});

test('a customer can switch delivery to the other contact and back', async ({ page, screens, server, customer, mailbox, texts, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.switchButton('phone').click();
  await screens.verify.assertLoaded('phone');
  await expect(screens.verify.lead).toHaveText('We have sent a code to the mobile number on your account.');
  await expect(page.getByRole('main')).not.toContainText(customer.email);
  expect((await texts.next()).code).toBe(code);
  await server.advance(121);
  await page.reload();
  await screens.verify.switchButton('email').click();
  await screens.verify.assertLoaded('email');
  await expect(screens.verify.lead).toContainText(customer.email);
  const next = await mailbox.codeTo(customer.email, 1);
  await screens.verify.submitCode(next);
  await screens.account.assertLoaded();
});

test('switching the contact during the cooldown sends nothing and shows the wait', async ({ page, screens, texts, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await screens.verify.assertDelivery('sent', /^Sent\./);
  await screens.verify.switchButton('phone').click();
  await expect(page.getByText(/You can ask for another code in \d+ seconds?\./).filter({ visible: true }).first()).toBeVisible();
  await screens.verify.assertLoaded('email');
  expect(texts.all()).toHaveLength(0);
});
