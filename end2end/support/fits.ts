import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

/**
 * Asserts that no text is wider than its element, and that the page is no wider than the window.
 */
export async function expectFits(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const tooWide: string[] = [];
    const name = (element: Element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className}: ${element.textContent?.trim().slice(0, 60)}`;
    if ((document.scrollingElement?.scrollWidth ?? 0) > width) tooWide.push('the page scrolls sideways');
    for (const element of document.querySelectorAll('h1, h2, p, a, button, label, legend, dt, dd, li, span, strong, time')) {
      const { left, right, width: own } = element.getBoundingClientRect();
      // Skip elements that are visually hidden or not displayed.
      if (own <= 1) continue;
      if (left < -1 || right > width + 1 || element.scrollWidth > Math.ceil(element.clientWidth) + 1) {
        if (getComputedStyle(element).display !== 'inline' || right > width + 1 || left < -1) tooWide.push(name(element));
      }
    }
    return tooWide;
  });
  expect(found, where).toEqual([]);
}
