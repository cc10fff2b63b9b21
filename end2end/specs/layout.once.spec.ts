import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { EXPECTED_PROBLEMS, visitScreens } from '../support/visit-screens.ts';

test.use({ allowedProblems: EXPECTED_PROBLEMS });

const VIEWPORTS = [
  ['at a width of 320 pixels', { width: 320, height: 640 }, ''],
  // 1280 x 1024 at 400 % (WCAG 2.2 SC 1.4.10).
  ['at 400 % zoom', { width: 320, height: 256 }, ''],
  // The browser's setting for the text size alone (WCAG 2.2 SC 1.4.4).
  ['with 200 % text size', { width: 360, height: 740 }, '200%'],
] as const;

for (const [where, viewport, textSize] of VIEWPORTS) {
  test.describe(where, () => {
    test.use({ viewport });

    test('no screen scrolls horizontally', async ({ page, screens, requestCodeByEmail }) => {
      await visitScreens({ page, screens, requestCodeByEmail }, async (name) => {
        await scaleText(page, textSize);
        await takeScreenshot(page, `${viewport.width}x${viewport.height}-${name}`);
        const width = await page.evaluate(() => document.scrollingElement?.scrollWidth);
        expect(width, name).toBeLessThanOrEqual(viewport.width);
        await scaleText(page, '');
      });
    });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} scheme`, () => {
    test.use({ colorScheme });

    test('every screen is accessible', async ({ page, screens, requestCodeByEmail }) => {
      await visitScreens({ page, screens, requestCodeByEmail }, (name) => takeScreenshot(page, `${colorScheme}-${name}`));
    });
  });
}

test('every button and input is at least 44 pixels high', async ({ page, screens, requestCodeByEmail }) => {
  await visitScreens({ page, screens, requestCodeByEmail }, async (name) => {
    // A link within a sentence is as high as its line, and therefore not included.
    const targets = 'button, input[type=text], label:has(input[type=radio]), label:has(input[type=checkbox]), footer a, .links a, .standalone-link, .summary a';
    for (const target of await page.locator(targets).all()) {
      const box = await target.boundingBox();
      if (box) expect(box.height, `${name}: ${await target.innerText()}`).toBeGreaterThanOrEqual(44);
    }
  });
});

test('text fields have a font size of at least 16 pixels', async ({ page, screens, requestCodeByEmail }) => {
  await visitScreens({ page, screens, requestCodeByEmail }, async (name) => {
    for (const field of await page.getByRole('textbox').all()) {
      const size = await field.evaluate((input) => Number.parseFloat(getComputedStyle(input).fontSize));
      expect(size, name).toBeGreaterThanOrEqual(16);
    }
  });
});

/** Takes a screenshot for manual review; it is not compared. */
async function takeScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/screens/${name}.png`, fullPage: true });
}

async function scaleText(page: Page, size: string): Promise<void> {
  await page.evaluate((fontSize) => (document.documentElement.style.fontSize = fontSize), size);
}
