import type { Locator, Page } from '@playwright/test';
import { countPosts } from '../support/browser-helpers.ts';
import { expect, test } from '../support/fixtures.ts';

/** Milliseconds without input after which the suggestion appears. */
const PAUSE_MS = 600;
const SUGGESTION = 'Did you mean ada@gmail.com?';

const suggestionRegion = (page: Page): Locator => page.locator('#suggestion');
const suggestionButton = (page: Page): Locator => suggestionRegion(page).getByRole('button', { name: SUGGESTION });

const TYPO = 'ada@gmial.com';

test('a typo in the address shows a suggestion after a pause, and a click applies it', async ({ page, screens }) => {
  await screens.request.open();
  await expect(suggestionRegion(page)).toHaveRole('status');
  await expect(suggestionRegion(page)).toBeEmpty();
  await screens.request.field.pressSequentially(TYPO);
  await expect(suggestionButton(page)).toBeVisible();
  await expect(screens.request.field).toBeFocused();
  await screens.request.assertLoaded();
  const posts = countPosts(page);
  await suggestionButton(page).click();
  await expect(screens.request.field).toHaveValue('ada@gmail.com');
  await expect(screens.request.field).toBeFocused();
  await expect(suggestionRegion(page)).toBeEmpty();
  await screens.request.assertLoaded();
  expect(posts()).toBe(0);
});

test('the suggestion can be applied with the keyboard only', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(TYPO);
  await expect(suggestionButton(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(suggestionButton(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(screens.request.field).toHaveValue('ada@gmail.com');
});

test('the form can be submitted without applying the suggestion', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(TYPO);
  await expect(suggestionButton(page)).toBeVisible();
  await screens.request.sendButton.click();
  await screens.request.assertError('No customer found with this contact information.');
  await screens.request.assertContact('email', TYPO);
  await expect(suggestionButton(page)).toBeVisible();
});

// If the suggestion appeared when the field loses the focus, it would move the button between
// mousedown and mouseup.
test('clicking the button right after typing submits the form', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.focus();
  await page.keyboard.insertText(TYPO);
  await screens.request.sendButton.click();
  await screens.request.assertError('No customer found with this contact information.');
});

test('further typing removes the suggestion', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(TYPO);
  await expect(suggestionButton(page)).toBeVisible();
  await page.keyboard.type('x');
  await expect(suggestionRegion(page)).toBeEmpty();
});

test('selecting text messages removes the suggestion', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(TYPO);
  await expect(suggestionButton(page)).toBeVisible();
  await screens.request.radio('phone').check();
  await expect(suggestionRegion(page)).toBeEmpty();
});

for (const address of ['ada@gmail.com', 'ada@hey.com', 'ada@example.com', 'nonsense']) {
  test(`no suggestion is shown for ${address}`, async ({ page, screens }) => {
    await screens.request.open();
    await screens.request.field.pressSequentially(address);
    await page.waitForTimeout(PAUSE_MS + 200);
    await expect(suggestionRegion(page)).toBeEmpty();
  });
}
