import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

/**
 * Asserts that no text overflows its element, and that the page does not overflow the viewport.
 */
export async function expectNoOverflow(page: Page, where: string): Promise<void> {
  const overflowing = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const elements: string[] = [];
    const name = (element: Element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className}: ${element.textContent?.trim().slice(0, 60)}`;
    if ((document.scrollingElement?.scrollWidth ?? 0) > width) elements.push('the page scrolls horizontally');
    for (const element of document.querySelectorAll('h1, h2, p, a, button, label, legend, dt, dd, li, span, strong, time')) {
      const { left, right, width: elementWidth } = element.getBoundingClientRect();
      // Skip elements that are visually hidden or not displayed.
      if (elementWidth <= 1) continue;
      if (left < -1 || right > width + 1 || element.scrollWidth > Math.ceil(element.clientWidth) + 1) {
        if (getComputedStyle(element).display !== 'inline' || right > width + 1 || left < -1) elements.push(name(element));
      }
    }
    return elements;
  });
  expect(overflowing, where).toEqual([]);
}
