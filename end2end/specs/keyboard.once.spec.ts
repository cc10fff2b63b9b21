import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';

test('a customer can sign in and out with the keyboard only', async ({ page, screens, customer, mailbox }) => {
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

test('the checkbox and the language can be changed with the keyboard only and the input is kept', async ({ page, screens }) => {
  await screens.request.open();
  await tabTo(page, screens.request.radio('email'));
  await page.keyboard.press('ArrowRight');
  await expect(screens.request.radio('phone')).toBeChecked();
  await tabTo(page, screens.request.field);
  await page.keyboard.type('+1 202 555 0123');
  await tabTo(page, screens.request.rememberCheckbox);
  await page.keyboard.press('Space');
  await expect(screens.request.rememberCheckbox).toBeChecked();
  await page.keyboard.press('Space');
  await expect(screens.request.rememberCheckbox).not.toBeChecked();
  const german = page.getByRole('button', { name: 'Deutsch' });
  await tabTo(page, german);
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await screens.request.assertOpen();
  await expect(page.locator('#contact_type_phone')).toBeChecked();
  await expect(page.locator('#contact_value')).toHaveValue('+1 202 555 0123');
});

test('every tab stop has a visible focus indicator', async ({ page, screens, requestCodeByEmail }) => {
  await screens.request.open();
  const { request, verify } = screens;
  await expectFocusIndicators(page, [request.radio('email'), request.field, request.rememberCheckbox, request.sendButton, page.getByRole('button', { name: 'Deutsch' })]);
  await requestCodeByEmail();
  await verify.heading.click();
  await expectFocusIndicators(page, [verify.field, verify.continueButton, verify.changeContactButton()]);
});

async function expectFocusIndicators(page: Page, targets: Locator[]): Promise<void> {
  for (const target of targets) {
    await tabTo(page, target);
    const style = await target.evaluate((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { outlineStyle, width: Number.parseFloat(outlineWidth) };
    });
    expect(style.outlineStyle).not.toBe('none');
    expect(style.width).toBeGreaterThanOrEqual(2);
  }
}

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stops = 0; stops < 12; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target, 'reached with Tab').toBeFocused({ timeout: 1 });
}
