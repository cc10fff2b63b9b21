import { devices } from '@playwright/test';
import { expectAccessible } from '../support/accessibility.ts';
import { expect, test } from '../support/fixtures.ts';
import { expectValidMarkup } from '../support/markup.ts';
import { STATES, expectState, listStates } from '../support/states.ts';

const phone = devices['Pixel 7'].viewport;
const desktop = devices['Desktop Chrome'].viewport;

const CONFIGURATIONS = [
  ['phone-light', phone, 'light'],
  ['phone-dark', phone, 'dark'],
  ['desktop-light', desktop, 'light'],
] as const;

test('the index lists every state that is tested', async ({ page }) => {
  expect(await listStates(page)).toEqual(Object.keys(STATES));
  for (const name of Object.keys(STATES)) {
    await expect(page.locator(`iframe[title="${name}"]`)).toHaveAttribute('src', `/dev/states/${name}/`);
  }
  await expect(page.frameLocator('iframe[title="request"]').getByRole('heading', { level: 1 })).toBeVisible();
  await expectValidMarkup(await (await page.request.get('/dev/states/')).text());
});

for (const [name, state] of Object.entries(STATES)) {
  test(`state ${name} has the expected content and is accessible`, async ({ page }) => {
    const response = await page.goto(`/dev/states/${name}/`);
    expect(response?.status()).toBe(200);
    await expectState(page, state);
    await expectValidMarkup((await response?.text()) ?? '');
    for (const [configuration, viewport, colorScheme] of CONFIGURATIONS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page, true);
      const width = await page.evaluate(() => document.scrollingElement?.scrollWidth);
      expect(width, configuration).toBeLessThanOrEqual(viewport.width);
      // A screenshot for manual review; it is not compared.
      await page.screenshot({ path: `test-results/screens/states/${name}-${configuration}.png`, fullPage: true });
    }
  });
}

test.describe('unknown state', () => {
  test.use({ allowedProblems: [/status of 404/] });

  test('an unknown state is answered with 404', async ({ page }) => {
    expect((await page.goto('/dev/states/nowhere/'))?.status()).toBe(404);
  });
});
