import type { Locator, Page } from '@playwright/test';
import { countPosts } from '../support/browser-tricks.ts';
import { expect, test } from '../support/fixtures.ts';

/** Milliseconds without input after which the question appears. */
const PAUSE = 600;
const ASKED = 'Did you mean ada@gmail.com?';

const place = (page: Page): Locator => page.locator('#suggestion');
const button = (page: Page): Locator => place(page).getByRole('button', { name: ASKED });

const SLIP = 'ada@gmial.com';

test('a typo in the address shows a suggestion after a pause, and a click applies it', async ({ page, screens }) => {
  await screens.request.open();
  await expect(place(page)).toHaveRole('status');
  await expect(place(page)).toBeEmpty();
  await screens.request.field.pressSequentially(SLIP);
  await expect(button(page)).toBeVisible();
  await expect(screens.request.field).toBeFocused();
  await screens.request.assertLoaded();
  const posts = countPosts(page);
  await button(page).click();
  await expect(screens.request.field).toHaveValue('ada@gmail.com');
  await expect(screens.request.field).toBeFocused();
  await expect(place(page)).toBeEmpty();
  await screens.request.assertLoaded();
  expect(posts()).toBe(0);
});

test('the suggestion can be applied with the keyboard only', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(SLIP);
  await expect(button(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(button(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(screens.request.field).toHaveValue('ada@gmail.com');
});

test('the form can be submitted without applying the suggestion', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(SLIP);
  await expect(button(page)).toBeVisible();
  await screens.request.sendButton.click();
  await screens.request.assertError('No customer found with this contact information.');
  await screens.request.assertKept('email', SLIP);
  await expect(button(page)).toBeVisible();
});

// A question that appeared when the field loses the focus would move the button between the press
// of the mouse and its release.
test('clicking the button right after typing submits the form', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.focus();
  await page.keyboard.insertText(SLIP);
  await screens.request.sendButton.click();
  await screens.request.assertError('No customer found with this contact information.');
});

test('further typing removes the suggestion', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(SLIP);
  await expect(button(page)).toBeVisible();
  await page.keyboard.type('x');
  await expect(place(page)).toBeEmpty();
});

test('selecting text messages removes the suggestion', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(SLIP);
  await expect(button(page)).toBeVisible();
  await screens.request.radio('phone').check();
  await expect(place(page)).toBeEmpty();
});

for (const address of ['ada@gmail.com', 'ada@hey.com', 'ada@example.com', 'nonsense']) {
  test(`no suggestion is shown for ${address}`, async ({ page, screens }) => {
    await screens.request.open();
    await screens.request.field.pressSequentially(address);
    await page.waitForTimeout(PAUSE + 200);
    await expect(place(page)).toBeEmpty();
  });
}
