import { countPosts, paste, delayPosts } from '../support/browser-helpers.ts';
import { expect, test, wrongCode } from '../support/fixtures.ts';

test('typing the last digit does not submit the form', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const posts = countPosts(page);
  await screens.verify.field.pressSequentially(code, { delay: 20 });
  await page.waitForTimeout(500);
  expect(posts()).toBe(0);
  await screens.verify.assertOpen();
  await page.keyboard.press('Enter');
  await screens.account.assertLoaded();
});

test('an autofilled code is submitted automatically', async ({ page, screens, requestCodeByText }) => {
  const code = await requestCodeByText();
  await screens.verify.field.focus();
  // One input event with the whole code, as autofill creates it.
  await page.keyboard.insertText(code);
  await screens.account.assertLoaded();
});

test('a pasted code is submitted once, even if Enter is pressed as well', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const posts = countPosts(page);
  await delayPosts(page, 500);
  await paste(screens.verify.field, code);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await screens.account.assertLoaded();
  expect(posts()).toBe(1);
});

test('pasting text without a code does not submit the form', async ({ page, screens, requestCodeByEmail }) => {
  await requestCodeByEmail();
  const posts = countPosts(page);
  for (const text of ['call 0800 1234567 or 0800 7654321', '+1 202 555 1015', '123 456 7']) {
    await screens.verify.field.clear();
    await paste(screens.verify.field, text);
  }
  await page.waitForTimeout(500);
  expect(posts()).toBe(0);
});

test('a double click submits the code once and shows the pending state', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const posts = countPosts(page);
  await delayPosts(page, 800);
  await screens.verify.field.pressSequentially(wrongCode(code));
  await screens.verify.continueButton.dblclick();
  await expect(screens.verify.continueButton).toHaveText('Checking…');
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
  await expect(screens.verify.continueButton).toHaveText('Continue');
  expect(posts()).toBe(1);
});

test('a double click submits the contact once', async ({ page, screens, customer, mailbox }) => {
  await screens.request.open();
  const posts = countPosts(page);
  await delayPosts(page, 800);
  await screens.request.fill('email', customer.email);
  await screens.request.sendButton.dblclick();
  await expect(screens.request.sendButton).toHaveText('Sending…');
  await screens.verify.assertLoaded();
  expect(posts()).toBe(1);
  await mailbox.mailTo(customer.email);
});

test('a double click requests one new code', async ({ page, screens, server, customer, mailbox, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.assertLoaded();
  const posts = countPosts(page);
  await delayPosts(page, 500);
  await screens.verify.resendButton.dblclick();
  await expect(screens.verify.notice).toContainText('OTP sent successfully.');
  expect(posts()).toBe(1);
  await mailbox.mailTo(customer.email, 1);
});
