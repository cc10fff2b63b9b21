import { expect, test } from '../support/fixtures.ts';
import { expectAccessible } from '../support/accessibility.ts';

// axe posts messages to the sandboxed frames of the mails; the headless shell of Chromium warns of it.
test.use({ allowedProblems: [/Failed to execute 'postMessage'/] });

test('the development inbox shows each message when it is sent', async ({ page, context, customer, mailbox }) => {
  const inbox = await context.newPage();
  await inbox.goto('/dev/inbox/');
  await expect(inbox.getByRole('heading', { level: 1 })).toHaveText('Messages to customers');
  await page.goto('/otp/request/');
  await page.getByRole('textbox', { name: 'Email address' }).fill(customer.email);
  await page.getByRole('button', { name: 'Send code' }).click();
  const code = await mailbox.codeTo(customer.email);
  const newest = inbox.getByRole('article').first();
  await expect(newest).toContainText(customer.email);
  await expect(newest).toContainText(code);
  await expect(newest.locator('iframe').contentFrame().locator('body')).toContainText(code);
  await expectAccessible(inbox, true);
  await newest.getByRole('link').filter({ hasText: '/otp/not-me/' }).click();
  await expect(inbox.getByRole('heading', { level: 1 })).toHaveText('Was this not you?');
});
