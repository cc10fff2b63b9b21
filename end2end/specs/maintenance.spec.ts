import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, testWithSettings } from '../support/custom-server.ts';

const FILE = join(tmpdir(), `doorcode-maintenance-${process.pid}`);
const test = testWithSettings({ DOORCODE__SERVER__MAINTENANCE_FILE: FILE });

test.use({ allowedProblems: [/status of 503|returned 503/] });

const enable = () => writeFile(FILE, '');
const disable = () => rm(FILE, { force: true });

test.afterEach(disable);

test('every page shows the maintenance message in maintenance mode', async ({ page, request }) => {
  await enable();
  for (const path of ['/', '/otp/request/', '/otp/verify/', '/account/', '/account/contact/']) {
    const response = await page.goto(path);
    expect(response?.status()).toBe(503);
    expect(response?.headers()['retry-after']).toBe('300');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('We will be back soon');
  }
  // The page has the style of the site and needs no scripts.
  await expect(page.getByRole('main')).toHaveCSS('border-radius', '16px');
  await expect(page.locator('script[src], link[rel=modulepreload], leptos-island')).toHaveCount(0);
  expect((await request.get('/health/live')).status()).toBe(200);
});

test('a sign-in continues after maintenance mode ends', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await enable();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('We will be back soon');
  await disable();
  await page.reload();
  await screens.verify.assertLoaded();
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
});

test('a form submitted in maintenance mode can be submitted again afterwards', async ({ page, screens, hydrated, customer }) => {
  await screens.request.open();
  await screens.request.fill('email', customer.email);
  await enable();
  await screens.request.sendButton.click();
  if (!hydrated) {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('We will be back soon');
    await disable();
    // A customer reloads the page, and confirms to the browser that the form should be sent again.
    await page.reload();
    return screens.verify.assertLoaded();
  }
  await expect(screens.request.errorSummary).toBeVisible();
  await expect(screens.request.errorLink).not.toHaveText(/could not read/);
  await screens.request.assertContact('email', customer.email);
  await disable();
  await screens.request.sendButton.click();
  await screens.verify.assertLoaded();
});
