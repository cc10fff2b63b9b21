import { expect, test } from '../support/fixtures.ts';

test('signing out ends the session', async ({ page, screens, signIn }) => {
  await signIn();
  await screens.account.signOutButton.click();
  await screens.request.assertLoaded();
  await expect(screens.request.notice).toHaveText('You are signed out.');
  await page.goto('/account/');
  await screens.request.assertOpen();
});

test('back navigation after sign-out shows no personal data', async ({ page, screens, customer, signIn }) => {
  await signIn();
  await screens.account.signOutButton.click();
  await screens.request.assertOpen();
  await page.goBack();
  await screens.request.assertOpen();
  await expect(page.getByText(customer.name)).toHaveCount(0);
});
