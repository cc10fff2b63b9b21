import type { Locator, Page } from '@playwright/test';
import { countPosts } from '../support/browser-tricks.ts';
import { expect, test } from '../support/fixtures.ts';

/** Milliseconds without input after which the question appears. */
const PAUSE = 600;
const ASKED = 'Did you mean ada@gmail.com?';

const place = (page: Page): Locator => page.locator('#suggestion');
const button = (page: Page): Locator => place(page).getByRole('button', { name: ASKED });

const SLIP = 'ada@gmial.com';

test('a slip in an address is asked about in a pause, and a press mends it', async ({ page, screens }) => {
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

test('the address is mended with the keyboard alone', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(SLIP);
  await expect(button(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(button(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(screens.request.field).toHaveValue('ada@gmail.com');
});

test('the question keeps nobody from sending what they typed', async ({ page, screens }) => {
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
test('who types fast and presses the button at once sends the form', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.focus();
  await page.keyboard.insertText(SLIP);
  await screens.request.sendButton.click();
  await screens.request.assertError('No customer found with this contact information.');
});

test('typing on takes the question back', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(SLIP);
  await expect(button(page)).toBeVisible();
  await page.keyboard.type('x');
  await expect(place(page)).toBeEmpty();
});

test('choosing text messages takes the question back', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.field.pressSequentially(SLIP);
  await expect(button(page)).toBeVisible();
  await screens.request.radio('phone').check();
  await expect(place(page)).toBeEmpty();
});

for (const address of ['ada@gmail.com', 'ada@hey.com', 'ada@example.com', 'nonsense']) {
  test(`nobody is asked about ${address}`, async ({ page, screens }) => {
    await screens.request.open();
    await screens.request.field.pressSequentially(address);
    await page.waitForTimeout(PAUSE + 200);
    await expect(place(page)).toBeEmpty();
  });
}
