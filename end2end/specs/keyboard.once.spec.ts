import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';

test('a customer signs in and out with the keyboard alone', async ({ page, screens, customer, mailbox }) => {
  await screens.request.open();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeFocused();
  await tabTo(page, screens.request.radio('email'));
  await page.keyboard.press('ArrowDown');
  await expect(screens.request.radio('phone')).toBeChecked();
  await page.keyboard.press('ArrowUp');
  await tabTo(page, screens.request.field);
  await page.keyboard.type(customer.email);
  await tabTo(page, screens.request.sendButton);
  await page.keyboard.press('Enter');
  await screens.verify.assertLoaded();
  await expect(screens.verify.field).toBeFocused();
  await page.keyboard.type(await mailbox.codeTo(customer.email));
  await tabTo(page, screens.verify.continueButton);
  await page.keyboard.press('Space');
  await screens.account.assertLoaded();
  await tabTo(page, screens.account.signOutButton);
  await page.keyboard.press('Enter');
  await screens.request.assertLoaded();
});

test('every stop of the Tab key can be seen', async ({ page, screens, askByEmail }) => {
  await askByEmail();
  await screens.verify.heading.click();
  for (const target of [screens.verify.field, screens.verify.continueButton, screens.verify.otherContactButton()]) {
    await tabTo(page, target);
    const style = await target.evaluate((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { outlineStyle, width: Number.parseFloat(outlineWidth) };
    });
    expect(style.outlineStyle).not.toBe('none');
    expect(style.width).toBeGreaterThanOrEqual(2);
  }
});

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stops = 0; stops < 12; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target, 'reached with Tab').toBeFocused({ timeout: 1 });
}
