import type { Page } from '@playwright/test';
import { expect, test, wrongCode } from '../support/fixtures.ts';

const MODIFICATIONS: [string, (page: Page) => Promise<void>][] = [
  ['a password manager adds icons to the fields', addBadges],
  ['the browser translates the page', translate],
];

for (const [what, modify] of MODIFICATIONS) {
  test(`sign-in works when ${what}`, async ({ page, screens, customer, requestCodeByEmail }) => {
    await modify(page);
    await screens.request.open();
    await screens.request.radio('phone').check();
    await expect(page.getByRole('textbox', { name: 'Mobile number' })).toBeVisible();
    await screens.request.requestCode('email', 'jo@');
    await expect(screens.request.errorLink).toHaveText(/^Enter an email address/);
    const code = await requestCodeByEmail();
    expect(await screens.verify.secondsLeft()).toBeGreaterThan(280);
    await screens.verify.submitCode(wrongCode(code));
    await screens.verify.assertAttempts(4);
    await screens.verify.assertSelected(wrongCode(code));
    await screens.verify.submitCode(code);
    await screens.account.assertLoaded();
    await screens.account.assertShows(customer.name);
  });
}

/** Adds elements beside each field as soon as the document is parsed, as extensions do. */
async function addBadges(page: Page): Promise<void> {
  await page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      for (const input of document.querySelectorAll('input')) {
        const badge = document.createElement('span');
        badge.dataset.extension = 'badge';
        input.before(badge.cloneNode());
        input.after(badge);
      }
      document.body.prepend(document.createElement('div'));
    });
  });
}

/** Puts each text into two <font> elements, as Chromium's translation does. */
async function translate(page: Page): Promise<void> {
  await page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode()) texts.push(walker.currentNode as Text);
      for (const text of texts) {
        const parent = text.parentElement;
        if (!text.data.trim() || !parent || parent.closest('script, style, [translate=no]')) continue;
        const outer = document.createElement('font');
        const inner = outer.appendChild(document.createElement('font'));
        text.replaceWith(outer);
        inner.append(text);
      }
    });
  });
}
