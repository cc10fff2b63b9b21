import type { Page, Route } from '@playwright/test';
import { type Change, recordChanges, delayPosts } from '../support/browser-helpers.ts';
import { expect, test, wrongCode } from '../support/fixtures.ts';

// The delay of POST requests in milliseconds.
const DELAY_MS = 3_000;

/**
 * Returns the milliseconds from the change of the label until the button is aria-disabled.
 */
function delayUntilDisabled(changes: Change[]): number {
  const [first] = changes;
  const disabled = changes.find(({ isDisabled }) => isDisabled);
  return disabled && first ? disabled.at - first.at : Number.NaN;
}

const boundingRect = (page: Page, selector: string) => page.locator(selector).evaluate((element) => element.getBoundingClientRect());

test('the code form shows its pending state at once and announces it only if the reply is slow', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const changes = await recordChanges(page, '#verify-form button');
  await delayPosts(page, DELAY_MS);
  const before = await boundingRect(page, '#verify-form button');
  await screens.verify.submitCode(wrongCode(code));
  await expect(screens.verify.continueButton).toHaveText('Checking…');
  await expect(screens.verify.field).toHaveAttribute('readonly');
  expect((await changes())[0]).toMatchObject({ text: 'Checking…', isDisabled: false });
  await expect(screens.verify.continueButton).toHaveAttribute('aria-disabled', 'true');
  await expect(page.locator('#form-status')).toHaveText('Checking…');
  expect(delayUntilDisabled(await changes())).toBeGreaterThanOrEqual(380);
  expect(delayUntilDisabled(await changes())).toBeLessThan(1_000);
  // The button keeps its place and is never `disabled`, because it would lose the focus.
  expect(await boundingRect(page, '#verify-form button')).toEqual(before);
  await expect(screens.verify.continueButton).toBeFocused();
  await expect(screens.verify.continueButton).not.toHaveAttribute('disabled');
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
  await expect(screens.verify.continueButton).not.toHaveAttribute('aria-disabled');
  await expect(page.locator('#form-status')).toBeEmpty();
});

test('the contact form shows its pending state at once and announces it only if the reply is slow', async ({ page, screens }) => {
  await screens.request.open();
  const changes = await recordChanges(page, '#request-form button[type=submit]');
  const before = await boundingRect(page, '#request-form button[type=submit]');
  await delayPosts(page, DELAY_MS);
  await screens.request.requestCode('email', 'jo@');
  await expect(screens.request.sendButton).toHaveText('Sending…');
  expect((await changes())[0]).toMatchObject({ text: 'Sending…', isDisabled: false });
  await expect(screens.request.sendButton).toHaveAttribute('aria-disabled', 'true');
  await expect(page.locator('#form-status')).toHaveText('Sending…');
  expect(delayUntilDisabled(await changes())).toBeGreaterThanOrEqual(380);
  expect(delayUntilDisabled(await changes())).toBeLessThan(1_000);
  expect(await boundingRect(page, '#request-form button[type=submit]')).toEqual(before);
  await screens.request.assertError(/^Enter an email address/);
  await expect(screens.request.sendButton).not.toHaveAttribute('aria-disabled');
  await expect(page.locator('#form-status')).toBeEmpty();
});

test('a fast reply is not announced', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const changes = await recordChanges(page, '#verify-form button');
  const status = await recordChanges(page, '#form-status');
  await screens.verify.submitCode(wrongCode(code));
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
  await expect(screens.verify.continueButton).toHaveText('Continue');
  expect((await changes()).map(({ text, isDisabled }) => [text, isDisabled]).at(0)).toEqual(['Checking…', false]);
  expect((await changes()).some(({ isDisabled }) => isDisabled)).toBe(false);
  expect((await status()).map(({ text }) => text).filter(Boolean)).toEqual([]);
});

test.describe('when the next page load is cancelled', () => {
  test.beforeEach(({ page }) => page.clock.install());

  test('the contact can be submitted again', async ({ page, screens, customer }) => {
    await screens.request.open();
    const waitForCancel = await cancelNextPageLoad(page);
    await screens.request.requestCode('email', customer.email);
    await waitForCancel();
    await expect(screens.request.sendButton).toHaveText('Sending…');
    await page.clock.runFor(30_000);
    await expect(screens.request.sendButton).toHaveText('Send code');
    await expect(screens.request.sendButton).not.toHaveAttribute('aria-disabled');
    await screens.request.sendButton.click();
    await screens.verify.assertLoaded();
  });

  test('the code can be submitted again and signs in', async ({ page, screens, requestCodeByEmail }) => {
    const code = await requestCodeByEmail();
    const waitForCancel = await cancelNextPageLoad(page);
    await screens.verify.submitCode(code);
    await waitForCancel();
    await expect(screens.verify.continueButton).toHaveText('Checking…');
    await page.clock.runFor(30_000);
    await expect(screens.verify.field).not.toHaveAttribute('readonly');
    await screens.verify.continueButton.click();
    await screens.account.assertLoaded();
  });
});

/**
 * Cancels the next page load only. The returned function waits until it is cancelled.
 */
async function cancelNextPageLoad(page: Page): Promise<() => Promise<void>> {
  const cancelled = page.waitForEvent('requestfailed', (request) => request.isNavigationRequest());
  const cancel = (route: Route) => (route.request().isNavigationRequest() ? route.abort('aborted') : route.continue());
  await page.route('**/*', cancel);
  return async () => {
    await cancelled;
    await page.unroute('**/*', cancel);
  };
}
