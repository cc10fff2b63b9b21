import { expectAccessible } from '../support/accessibility.ts';
import { expectNoOverflow } from '../support/overflow.ts';
import { expect, test } from '../support/fixtures.ts';
import { LANGUAGES, setLanguageCookie, directionOf, expectLanguage } from '../support/languages.ts';
import { STATES } from '../support/states.ts';

/**
 * States whose screens contain every kind of element. axe checks the other states in English only.
 */
const AUDITED = ['request-invalid', 'verify-wrong', 'account'];

test.use({ viewport: { width: 320, height: 640 } });

for (const { code: language, name } of LANGUAGES) {
  test(`no state overflows horizontally or truncates text in ${name}`, async ({ page, context, server }) => {
    test.setTimeout(90_000);
    await setLanguageCookie(context, server.url, language);
    for (const state of Object.keys(STATES)) {
      await page.goto(`/dev/states/${state}/`);
      await expectLanguage(page, language);
      await expectNoOverflow(page, state);
      if (!AUDITED.includes(state)) continue;
      await expectAccessible(page, true);
      await page.screenshot({ path: `test-results/screens/languages/${state}-${language}.png`, fullPage: true });
    }
  });
}

test('in Arabic the page is right-to-left and codes, addresses and numbers are left-to-right', async ({ page, context, server }) => {
  await setLanguageCookie(context, server.url, 'ar');
  await page.goto('/dev/states/verify-phone/');
  await expect(page.getByRole('main')).toHaveCSS('direction', directionOf('ar'));
  await expect(page.locator('#otp_code')).toHaveCSS('direction', 'ltr');
  await expect(page.locator('.lead .contact')).toHaveCSS('unicode-bidi', 'isolate');
  const label = await page.locator('label[for=otp_code]').boundingBox();
  const main = await page.getByRole('main').boundingBox();
  // The text of the label begins at the right.
  expect((label?.x ?? 0) + (label?.width ?? 0)).toBeGreaterThan((main?.x ?? 0) + (main?.width ?? 0) / 2);
  await page.goto('/dev/states/request-phone/');
  await expect(page.locator('#contact_value')).toHaveCSS('direction', 'ltr');
});

test('each language button has its lang attribute', async ({ page }) => {
  await page.goto('/otp/request/');
  for (const { code, name } of LANGUAGES) {
    await expect(page.locator('#language-form').getByRole('button', { name, exact: true })).toHaveAttribute('lang', code);
  }
});
