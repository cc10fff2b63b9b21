import { delayWasm, blockWasm } from '../support/browser-helpers.ts';
import { expect, test } from '../support/fixtures.ts';

// The tests use the pages before the islands are attached.
test.use({ hydrated: false });

test('a contact typed before the WASM loads is kept', async ({ page, screens, customer }) => {
  const release = await blockWasm(page);
  await screens.request.open();
  await screens.request.fill('phone', customer.phone);
  release();
  await screens.request.waitForIslands();
  await screens.request.assertContact('phone', customer.phone);
  await expect(page.getByRole('textbox', { name: 'Mobile number' })).toBeVisible();
});

test('changing the contact type after the WASM loads clears an earlier error and the title prefix', async ({ page, screens }) => {
  const release = await blockWasm(page);
  await screens.request.open();
  await screens.request.requestCode('email', 'jo@');
  await expect(page).toHaveTitle(/^Error: Sign in to your account/);
  release();
  await screens.request.waitForIslands();
  await screens.request.radio('phone').check();
  await screens.request.assertNoError();
  await expect(page).toHaveTitle(/^Sign in to your account/);
});

test('a code typed before the WASM loads is kept and not submitted', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const release = await blockWasm(page);
  await screens.verify.open();
  await screens.verify.field.pressSequentially(`${code.slice(0, 3)} ${code.slice(3)}`);
  release();
  await screens.verify.waitForIslands();
  await expect(screens.verify.field).toHaveValue(code);
  await screens.verify.assertOpen();
  await screens.verify.continueButton.click();
  await screens.account.assertLoaded();
});

test('a customer can finish typing a code after the WASM loads', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const release = await blockWasm(page);
  await screens.verify.open();
  await screens.verify.field.pressSequentially(code.slice(0, 3));
  release();
  await screens.verify.waitForIslands();
  await page.keyboard.type(code.slice(3));
  await expect(screens.verify.field).toHaveValue(code);
  await page.keyboard.press('Enter');
  await screens.account.assertLoaded();
});

test('a form submitted before the WASM loads is submitted as a plain form', async ({ page, screens, customer }) => {
  const release = await blockWasm(page);
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertOpen();
  release();
  await screens.verify.waitForIslands();
});

test('input typed while the WASM loads for five seconds is kept', async ({ page, screens, customer, mailbox }) => {
  await delayWasm(page, 5_000);
  await screens.request.open();
  const begun = Date.now();
  await screens.request.field.pressSequentially(customer.email, { delay: 150 });
  await screens.request.waitForIslands();
  expect(Date.now() - begun).toBeGreaterThan(4_000);
  await screens.request.assertContact('email', customer.email);
  await screens.request.sendButton.click();
  await screens.verify.assertOpen();
  const code = await mailbox.codeTo(customer.email);
  await screens.verify.field.pressSequentially(code, { delay: 150 });
  await screens.verify.waitForIslands();
  await expect(screens.verify.field).toHaveValue(code);
  await page.keyboard.press('Enter');
  await screens.account.assertLoaded();
});
