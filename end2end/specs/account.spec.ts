import type { Page } from '@playwright/test';
import { UndoScreen } from '../pages/account-pages.ts';
import { expect, test } from '../support/fixtures.ts';

const STEP_UP_LIFETIME_S = 300;

/** Follows the link to an account page that requires a recent code. */
async function openAccountPage(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click();
}

test('the session list names the browser and platform of the current session', async ({ page, screens, signIn }, info) => {
  await signIn();
  await openAccountPage(page, 'Where you are signed in');
  await screens.sessions.assertLoaded();
  await expect(screens.sessions.rows).toHaveCount(1);
  await expect(screens.sessions.rows).toContainText(/Chrome on (Linux|Android|Windows|macOS)/);
  await expect(screens.sessions.rows).toContainText('This browser');
  await expect(screens.sessions.signOutThereButton).toHaveCount(0);
  await expect(screens.sessions.knownBrowsers).toHaveCount(1);
  await expect(screens.sessions.knownBrowsers).toContainText('This browser');
  await page.screenshot({ path: info.outputPath('sessions.png'), fullPage: true });
});

test('a customer can sign out another browser', async ({ page, context, screens, server, mailbox, customer, signIn }, info) => {
  await signIn();
  const cookies = await context.cookies();
  await context.clearCookies({ name: 'doorcode' });
  await server.advance(60);
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded('email');
  await screens.verify.submitCode(await mailbox.codeTo(customer.email, 1));
  await screens.account.assertLoaded();
  await openAccountPage(page, 'Where you are signed in');
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
  await openAccountPage(page, 'Where you are signed in');
  await screens.sessions.signOutEverywhereButton.click();
  await screens.request.assertLoaded();
  await expect(screens.request.notice).toHaveText('You are signed out everywhere.');
});

test('the session list requires a new code five minutes after the sign-in', async ({ page, screens, server, mailbox, customer, signIn }, info) => {
  await signIn();
  await server.advance(STEP_UP_LIFETIME_S + 1);
  await openAccountPage(page, 'Where you are signed in');
  await screens.stepUp.assertLoaded();
  await page.screenshot({ path: info.outputPath('confirm.png'), fullPage: true });
  const seen = (await mailbox.mailsTo(customer.email)).length;
  await screens.stepUp.send();
  const code = await mailbox.codeTo(customer.email, seen);
  await screens.stepUp.submitCode(code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)));
  await screens.stepUp.assertError('Invalid OTP. Attempts remaining: 4');
  await page.screenshot({ path: info.outputPath('confirm-error.png'), fullPage: true });
  await screens.stepUp.submitCode(code);
  await screens.sessions.assertLoaded();
});

test('a customer can change the contact and undo the change with the link in the mail', async ({ page, screens, mailbox, customer, signIn }, info) => {
  const newEmail = `new-${customer.email}`;
  await signIn();
  await openAccountPage(page, 'Change your contact');
  await screens.contact.assertLoaded();
  await page.screenshot({ path: info.outputPath('contact.png'), fullPage: true });
  await screens.contact.submitEmail('nonsense');
  await screens.contact.assertError(/^Enter an email address/);
  await page.screenshot({ path: info.outputPath('contact-error.png'), fullPage: true });
  await screens.contact.submitEmail(newEmail);
  await screens.contact.assertCodeRequested();
  await page.screenshot({ path: info.outputPath('contact-code.png'), fullPage: true });
  await screens.contact.submitCode(await mailbox.codeTo(newEmail));
  await screens.account.assertLoaded();
  await expect(screens.account.notice).toHaveText('Your contact is changed. You are signed out everywhere else.');
  await page.screenshot({ path: info.outputPath('account.png'), fullPage: true });

  const notice = await mailbox.mailTo(customer.email, 1);
  await screens.undo.follow(UndoScreen.extractLink(notice));
  await expect(page.getByRole('main')).not.toContainText(newEmail);
  await page.screenshot({ path: info.outputPath('undo.png'), fullPage: true });
  await screens.undo.confirm();
  await page.goto('/account/');
  await screens.request.assertOpen();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded('email');
  await screens.verify.submitCode(await mailbox.codeTo(customer.email, 2));
  await screens.account.assertLoaded();
});

test('account pages show no personal data after sign-out and back navigation', async ({ page, screens, customer, signIn }) => {
  await signIn();
  for (const name of ['Where you are signed in', 'Change your contact']) {
    await openAccountPage(page, name);
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
