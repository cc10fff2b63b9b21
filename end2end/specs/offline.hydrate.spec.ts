import { expect, test } from '../support/fixtures.ts';

test.use({ allowedProblems: [/ERR_INTERNET_DISCONNECTED/] });

const BANNER = 'You are offline. What you typed is kept: try again when you are connected.';

test('the request screen shows a banner while the browser is offline', async ({ page, context, screens, customer }) => {
  await screens.request.open();
  const banner = page.locator('#offline');
  await expect(banner).toHaveRole('status');
  await expect(banner).toBeEmpty();
  await screens.request.fill('email', customer.email);
  await context.setOffline(true);
  await expect(banner).toHaveText(BANNER);
  // The button stays enabled, because a browser may be wrong about its connection.
  await expect(screens.request.sendButton).toBeEnabled();
  await expect(screens.request.sendButton).not.toHaveAttribute('aria-disabled');
  await screens.request.assertContact('email', customer.email);
  await screens.request.assertLoaded();
  await page.screenshot({ path: `test-results/screens/offline-${test.info().project.name}.png`, fullPage: true });
  await context.setOffline(false);
  await expect(banner).toBeEmpty();
  await screens.request.sendButton.click();
  await screens.verify.assertLoaded();
});

test('a code submitted offline stays in the field and works when the browser is online again', async ({ page, context, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await context.setOffline(true);
  await expect(page.locator('#offline')).toHaveText(BANNER);
  await screens.verify.submitCode(code);
  await screens.verify.assertError('You are offline or the connection failed. Your code is still in the box.');
  await screens.verify.assertSelected(code);
  await screens.verify.assertAttempts(5);
  await expect(screens.verify.field).not.toHaveAttribute('aria-invalid');
  await context.setOffline(false);
  await expect(page.locator('#offline')).toBeEmpty();
  await screens.verify.continueButton.click();
  await screens.account.assertLoaded();
});

test('a page that is hydrated offline shows the banner', async ({ page, screens }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'onLine', { get: () => false }));
  await screens.request.open();
  await expect(page.locator('#offline')).toHaveText(BANNER);
});
