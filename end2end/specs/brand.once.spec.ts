import type { Page } from '@playwright/test';
import { freePort, Program } from '../lib/process.mjs';
import { binary, root, site } from '../lib/paths.mjs';
import { expectValidMarkup } from '../support/markup.ts';
import { expect, testWithSettings } from '../support/custom-server.ts';

const LOGO = `${root}/end2end/support/logo.svg`;
const ACCENT = 'rgb(29, 63, 168)';

const test = testWithSettings({
  DOORCODE__BRAND__NAME: 'Acme Waste & Söhne',
  DOORCODE__BRAND__LOGO: LOGO,
  DOORCODE__BRAND__ACCENT: '#1d3fa8',
  DOORCODE__BRAND__SUPPORT: 'help@acme.example',
  DOORCODE__BRAND__PRIVACY_URL: 'https://acme.example/privacy',
  DOORCODE__BRAND__TERMS_URL: 'https://acme.example/terms',
  DOORCODE__BRAND__IMPRINT_URL: 'https://acme.example/imprint',
  DOORCODE__BRAND__TIME_ZONE: 'Asia/Kolkata',
  DOORCODE__LANGUAGES__OFFERED: 'en,de',
});

const buttonStyle = (page: Page, property: string) =>
  page.locator('button.primary').first().evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

test('pages show the brand name and logo', async ({ page, screens }) => {
  await screens.request.open();
  await expect(page).toHaveTitle('Sign in to your account – Acme Waste & Söhne');
  const header = page.locator('header');
  await expect(header).toContainText('Acme Waste & Söhne');
  const logo = header.locator('img');
  await expect.poll(() => logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(64);
  const response = await page.request.get((await logo.getAttribute('src')) ?? '');
  expect(response.headers()['content-type']).toBe('image/svg+xml');
  expect(response.headers()['cache-control']).toContain('immutable');
  await expectValidMarkup(await (await page.request.get('/otp/request/')).text());
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} scheme`, () => {
    test.use({ colorScheme });

    test('buttons have the accent colour and the page is accessible', async ({ page, screens, requestCodeByEmail }) => {
      await screens.request.open();
      await screens.request.assertLoaded();
      const colour = await buttonStyle(page, 'background-color');
      if (colorScheme === 'light') expect(colour).toBe(ACCENT);
      else expect(colour).not.toBe(ACCENT);
      await screens.request.requestCode('email', 'jo@');
      await screens.request.assertError(/^Enter an email address/);
      await requestCodeByEmail();
      await page.screenshot({ path: `test-results/screens/brand-${colorScheme}.png`, fullPage: true });
      expect(await buttonStyle(page, 'background-color')).toBe(colour);
    });
  });
}

test('every page has the help and legal links in its footer', async ({ page }) => {
  const links = { 'Help': 'mailto:help@acme.example', 'Privacy': 'https://acme.example/privacy', 'Terms': 'https://acme.example/terms', 'Legal notice': 'https://acme.example/imprint' };
  for (const path of ['/otp/request/', '/dev/states/maintenance/']) {
    await page.goto(path);
    for (const [name, address] of Object.entries(links)) {
      await expect(page.getByRole('contentinfo').getByRole('link', { name })).toHaveAttribute('href', address);
    }
  }
});

test('pages offer the configured languages and show times in the configured time zone', async ({ page, screens, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await expect(page.locator('#deadline time')).toHaveText(/^\d\d:\d\d IST$/);
  await expect(page.locator('#language-form').getByRole('button')).toHaveText(['English', 'Deutsch']);
  await page.setExtraHTTPHeaders({ 'accept-language': 'fr' });
  await screens.request.open();
  await screens.request.assertLoaded();
});

for (const [what, settings, message] of [
  ['an accent colour that is too light for the light scheme', { DOORCODE__BRAND__ACCENT: '#ff9900' }, /brand\.accent.*#ff9900 has a contrast of 1\.96 to 1 on #f3f5f7.*4\.5 to 1/],
  ['an accent colour that is too dark for the dark scheme', { DOORCODE__BRAND__ACCENT: '#0b5d57', DOORCODE__BRAND__ACCENT_DARK: '#0b5d57' }, /brand\.accent_dark.*#0b5d57 has a contrast of [12]\.\d\d to 1/],
  ['an invalid colour', { DOORCODE__BRAND__ACCENT: 'orange' }, /brand\.accent/],
  ['a missing logo file', { DOORCODE__BRAND__LOGO: 'nowhere.svg' }, /brand\.logo.*nowhere\.svg/],
  ['an invalid link', { DOORCODE__BRAND__PRIVACY_URL: 'javascript:alert(1)' }, /brand\.privacy_url/],
] as const) {
  test(`the server does not start with ${what}`, async ({}, info) => {
    const env = {
      ...process.env,
      DOORCODE__SERVER__ENV: 'DEV',
      DOORCODE__SERVER__ADDRESS: `127.0.0.1:${await freePort()}`,
      DOORCODE__SERVER__SITE_ROOT: site,
      DOORCODE__DATABASE__URL: `sqlite://${info.outputPath('doorcode.db')}`,
      DOORCODE__KEYS__FILES: info.outputPath('doorcode.key'),
      ...settings,
    };
    const program = new Program(binary, ['serve'], { cwd: root, env });
    await expect.poll(() => program.hasExited, { timeout: 10_000 }).toBe(true);
    await program.exited;
    expect(program.child.exitCode).not.toBe(0);
    expect(program.output).toMatch(message);
  });
}
