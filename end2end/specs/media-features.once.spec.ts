import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';

/** Returns a function that tells whether the browser showed a transition to the current page. */
async function observeTransitions(page: Page): Promise<() => Promise<boolean>> {
  await page.addInitScript(() => {
    window.addEventListener('pagereveal', (event) => {
      Object.assign(window, { hadTransition: (event as Event & { viewTransition: unknown }).viewTransition !== null });
    });
  });
  return () => page.evaluate(() => (window as unknown as { hadTransition: boolean }).hadTransition);
}

/** Returns the tag names of all elements with a transition or an animation. */
function animatedElements(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) => {
      const { viewTransitionName, animationName, transitionDuration } = getComputedStyle(element);
      const isAnimated = viewTransitionName !== 'none' || animationName !== 'none' || transitionDuration.split(',').some((time) => Number.parseFloat(time) > 0);
      return isAnimated && element !== document.documentElement ? [element.tagName.toLowerCase()] : [];
    }),
  );
}

for (const [reducedMotion, hasTransitions] of [['no-preference', true], ['reduce', false]] as const) {
  test(`page transitions are ${hasTransitions ? 'shown' : 'disabled'} with prefers-reduced-motion: ${reducedMotion}`, async ({ page, screens, customer }) => {
    await page.emulateMedia({ reducedMotion });
    const hadTransition = await observeTransitions(page);
    await screens.request.open();
    const elements = await animatedElements(page);
    if (hasTransitions) expect(elements).toEqual(['header', 'main', 'footer']);
    else expect(elements).toEqual([]);
    await screens.request.requestCode('email', customer.email);
    await screens.verify.assertLoaded();
    expect(await hadTransition()).toBe(hasTransitions);
  });
}

test('controls have borders in forced-colours mode', async ({ page, screens, customer }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await screens.request.open();
  await screens.request.requestCode('email', 'jo@');
  await screens.request.assertError(/^Enter an email address/);
  await expectBorders(page);
  await page.screenshot({ path: 'test-results/screens/forced-colours-request.png', fullPage: true });
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
  await expectBorders(page);
  await page.screenshot({ path: 'test-results/screens/forced-colours-verify.png', fullPage: true });
});

async function expectBorders(page: Page): Promise<void> {
  const uses = page.locator('button:not(.link), input[type=text], label.choice, #error-summary, main');
  for (const element of await uses.all()) {
    if (!(await element.isVisible())) continue;
    const { width, style } = await element.evaluate((one) => {
      const { borderTopWidth, borderTopStyle } = getComputedStyle(one);
      return { width: Number.parseFloat(borderTopWidth), style: borderTopStyle };
    });
    expect(width, await element.innerText()).toBeGreaterThanOrEqual(1);
    expect(style).toBe('solid');
  }
}

test('the print stylesheet shows the text and hides the buttons', async ({ page, screens, requestCodeByEmail, customer }) => {
  await requestCodeByEmail();
  await page.emulateMedia({ media: 'print' });
  await expect(screens.verify.heading).toBeVisible();
  await expect(page.locator('.lead')).toContainText(customer.email);
  await expect(page.locator('#deadline time')).toBeVisible();
  await expect(page.locator('button').filter({ visible: true })).toHaveCount(0);
  await expect(page.getByRole('main')).toHaveCSS('box-shadow', 'none');
  await expect(page.getByRole('main')).toHaveCSS('border-top-width', '0px');
  await page.screenshot({ path: 'test-results/screens/print-verify.png', fullPage: true });
});

test('with prefers-contrast text and borders have the main text colour', async ({ page, screens }) => {
  await page.emulateMedia({ contrast: 'more' });
  await screens.request.open();
  await screens.request.assertLoaded();
  const textColour = await page.evaluate(() => getComputedStyle(document.body).color);
  await expect(page.locator('.lead')).toHaveCSS('color', textColour);
  await expect(screens.request.field).toHaveCSS('border-top-color', textColour);
});
