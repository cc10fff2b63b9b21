import { VerifyScreen } from '../pages/verify-screen.ts';
import { watchForLoad } from '../support/browser-tricks.ts';
import { expect, test } from '../support/fixtures.ts';

test('a tab goes to the request screen when another one has given up the sign-in', async ({ context, screens, server, askByEmail }) => {
  await askByEmail();
  await expect(screens.verify.delivery).toHaveText(/^Sent\./);
  const other = new VerifyScreen(await context.newPage(), { isHydrated: true, runsScripts: true });
  await other.open();
  await other.otherContactButton().click();
  await expect(other.heading).toHaveText('Sign in to your account');
  await server.advance(61);
  await screens.request.assertLoaded();
});

for (const [what, seconds] of [['the same code', 61], ['a new code', 160]] as const) {
  test(`a tab counts anew when another one has had ${what} sent`, async ({ context, page, screens, server, askByEmail }) => {
    await askByEmail();
    await server.advance(seconds);
    await page.reload();
    const wait = page.locator('#resend-left');
    await expect(wait).toHaveCount(0);
    const other = new VerifyScreen(await context.newPage(), { isHydrated: true, runsScripts: true });
    await other.open();
    await other.resendButton.click();
    await expect(other.notice).toHaveText(/^OTP sent successfully/);
    await expect(wait).toHaveText(/^[12]:\d\d$/);
    await expect(screens.verify.resendButton).toHaveAttribute('aria-disabled', 'true');
    await expect(screens.verify.field).toBeEmpty();
  });
}

test('a tab keeps what is typed in it when another one has a code sent', async ({ context, page, screens, server, askByEmail }) => {
  const code = await askByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.field.fill(code.slice(0, 3));
  const other = new VerifyScreen(await context.newPage(), { isHydrated: true, runsScripts: true });
  await other.open();
  const wasLoaded = await watchForLoad(page);
  await other.resendButton.click();
  await expect(other.notice).toHaveText(/^OTP sent successfully/);
  // The event that tells this tells the deadlines, too.
  await expect(screens.verify.delivery).toHaveText(/^Sent\./);
  expect(await wasLoaded()).toBe(false);
  await expect(screens.verify.field).toHaveValue(code.slice(0, 3));
  await screens.verify.answer(code);
  await screens.account.assertLoaded();
});

test('a tab that waits in another language is not changed by the choice of this one', async ({ context, page, screens, askByEmail }) => {
  const code = await askByEmail();
  const other = await context.newPage();
  await other.goto('/otp/verify/');
  await other.getByRole('button', { name: 'Deutsch' }).click();
  await expect(other.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await screens.verify.answer(code);
  await expect(page).toHaveURL(/\/account\/$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});
