import type { Page } from '@playwright/test';
import { UndoScreen } from '../pages/account-pages.ts';
import { expect, test } from '../support/fixtures.ts';

const FIVE_MINUTES = 300;

/** Follows the link to a page of the account that requires a fresh code. */
async function visit(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click();
}

test('the session list names the browser and platform of the current session', async ({ page, screens, signIn }, info) => {
  await signIn();
  await visit(page, 'Where you are signed in');
  await screens.sessions.assertLoaded();
  await expect(screens.sessions.rows).toHaveCount(1);
  await expect(screens.sessions.rows).toContainText(/Chrome on (Linux|Android|Windows|macOS)/);
  await expect(screens.sessions.rows).toContainText('This browser');
  await expect(screens.sessions.signOutThereButton).toHaveCount(0);
  await page.screenshot({ path: info.outputPath('sessions.png'), fullPage: true });
});

test('a customer can sign out another browser', async ({ page, context, screens, server, mailbox, customer, signIn }, info) => {
  await signIn();
  const cookies = await context.cookies();
  await context.clearCookies({ name: 'doorcode' });
  await server.advance(60);
  await screens.request.open();
  await screens.request.ask('email', customer.email);
  await screens.verify.assertLoaded('email');
  await screens.verify.answer(await mailbox.codeTo(customer.email, 1));
  await screens.account.assertLoaded();
  await visit(page, 'Where you are signed in');
  await expect(screens.sessions.rows).toHaveCount(2);
  await page.screenshot({ path: info.outputPath('sessions.png'), fullPage: true });
  await screens.sessions.signOutThereButton.click();
  await screens.sessions.assertLoaded();
  await expect(screens.sessions.notice).toHaveText('You are signed out there.');
  await expect(screens.sessions.rows).toHaveCount(1);
  await context.clearCookies({ name: 'doorcode' });
  await context.addCookies(cookies.filter(({ name }) => name === 'doorcode'));
  await page.goto('/account/');
  await screens.request.assertOpen();
});

test('a customer can sign out of all sessions', async ({ page, screens, signIn }) => {
  await signIn();
  await visit(page, 'Where you are signed in');
  await screens.sessions.signOutEverywhereButton.click();
  await screens.request.assertLoaded();
  await expect(screens.request.notice).toHaveText('You are signed out everywhere.');
});

test('the session list requires a new code five minutes after the sign-in', async ({ page, screens, server, mailbox, customer, signIn }, info) => {
  await signIn();
  await server.advance(FIVE_MINUTES + 1);
  await visit(page, 'Where you are signed in');
  await screens.stepUp.assertLoaded();
  await page.screenshot({ path: info.outputPath('confirm.png'), fullPage: true });
  const seen = (await mailbox.mailsTo(customer.email)).length;
  await screens.stepUp.send();
  const code = await mailbox.codeTo(customer.email, seen);
  await screens.stepUp.answer(code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)));
  await screens.stepUp.assertError('Invalid OTP. Attempts remaining: 4');
  await page.screenshot({ path: info.outputPath('confirm-error.png'), fullPage: true });
  await screens.stepUp.answer(code);
  await screens.sessions.assertLoaded();
});

test('a customer can change the contact and undo the change with the link in the mail', async ({ page, screens, mailbox, customer, signIn }, info) => {
  const changed = `new-${customer.email}`;
  await signIn();
  await visit(page, 'Change your contact');
  await screens.contact.assertLoaded();
  await page.screenshot({ path: info.outputPath('contact.png'), fullPage: true });
  await screens.contact.giveEmail('nonsense');
  await screens.contact.assertError(/^Enter an email address/);
  await page.screenshot({ path: info.outputPath('contact-error.png'), fullPage: true });
  await screens.contact.giveEmail(changed);
  await screens.contact.assertAsked();
  await page.screenshot({ path: info.outputPath('contact-code.png'), fullPage: true });
  await screens.contact.answer(await mailbox.codeTo(changed));
  await screens.account.assertLoaded();
  await expect(screens.account.notice).toHaveText('Your contact is changed. You are signed out everywhere else.');
  await page.screenshot({ path: info.outputPath('account.png'), fullPage: true });

  const notice = await mailbox.mailTo(customer.email, 1);
  await screens.undo.follow(UndoScreen.linkIn(notice));
  await expect(page.getByRole('main')).not.toContainText(changed);
  await page.screenshot({ path: info.outputPath('undo.png'), fullPage: true });
  await screens.undo.confirm();
  await page.goto('/account/');
  await screens.request.assertOpen();
  await screens.request.ask('email', customer.email);
  await screens.verify.assertLoaded('email');
  await screens.verify.answer(await mailbox.codeTo(customer.email, 2));
  await screens.account.assertLoaded();
});

test('account pages show no personal data after sign-out and back navigation', async ({ page, screens, customer, signIn }) => {
  await signIn();
  for (const name of ['Where you are signed in', 'Change your contact']) {
    await visit(page, name);
    await page.getByRole('link', { name: 'Back to your account' }).click();
    await screens.account.assertOpen();
  }
  await screens.account.signOutButton.click();
  await screens.request.assertOpen();
  for (let step = 0; step < 4; step += 1) {
    await page.goBack();
    await screens.request.assertOpen();
    await expect(page.getByText(customer.name)).toHaveCount(0);
    await expect(page.getByText('This browser')).toHaveCount(0);
  }
});

test.describe('invalid link', () => {
  test.use({ allowedProblems: [/status of 404/] });

  test('an invalid undo link shows an error page', async ({ page }) => {
    await page.goto('/account/undo/?token=abc');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link does not work');
  });
});
