import { VerifyScreen } from '../pages/verify-screen.ts';
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
