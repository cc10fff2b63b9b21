import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, testWith } from '../support/own-server.ts';

const FILE = join(tmpdir(), `doorcode-maintenance-${process.pid}`);
const test = testWith({ DOORCODE__SERVER__MAINTENANCE_FILE: FILE });

test.use({ allowedProblems: [/status of 503|answered 503/] });

const begin = () => writeFile(FILE, '');
const end = () => rm(FILE, { force: true });

test.afterEach(end);

test('every page shows the maintenance message in maintenance mode', async ({ page, request }) => {
  await begin();
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

test('a sign-in continues after maintenance mode ends', async ({ page, screens, askByEmail }) => {
  const code = await askByEmail();
  await begin();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('We will be back soon');
  await end();
  await page.reload();
  await screens.verify.assertLoaded();
  await screens.verify.answer(code);
  await screens.account.assertLoaded();
});

test('a form submitted in maintenance mode can be submitted again afterwards', async ({ page, screens, hydrated, customer }) => {
  await screens.request.open();
  await screens.request.fill('email', customer.email);
  await begin();
  await screens.request.sendButton.click();
  if (!hydrated) {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('We will be back soon');
    await end();
    // A customer reloads the page, and confirms to the browser that the form should be sent again.
    await page.reload();
    return screens.verify.assertLoaded();
  }
  await expect(screens.request.errorSummary).toBeVisible();
  await expect(screens.request.errorLink).not.toHaveText(/could not read/);
  await screens.request.assertKept('email', customer.email);
  await end();
  await screens.request.sendButton.click();
  await screens.verify.assertLoaded();
});
