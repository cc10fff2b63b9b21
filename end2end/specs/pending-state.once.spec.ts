import type { Page, Route } from '@playwright/test';
import { type Change, record, slowPosts } from '../support/browser-tricks.ts';
import { expect, test, wrong } from '../support/fixtures.ts';

// Milliseconds by which POST requests are delayed.
const LONG = 3_000;

/**
 * Returns the milliseconds from the new label to the announcement that the button is unavailable.
 */
function pause(changes: Change[]): number {
  const [first] = changes;
  const disabled = changes.find(({ isDisabled }) => isDisabled);
  return disabled && first ? disabled.at - first.at : Number.NaN;
}

const width = (page: Page, selector: string) => page.locator(selector).evaluate((element) => element.getBoundingClientRect());

test('the code form shows its pending state at once and announces it only if the reply is slow', async ({ page, screens, askByEmail }) => {
  const code = await askByEmail();
  const changes = await record(page, '#verify-form button');
  await slowPosts(page, LONG);
  const before = await width(page, '#verify-form button');
  await screens.verify.answer(wrong(code));
  await expect(screens.verify.continueButton).toHaveText('Checking…');
  await expect(screens.verify.field).toHaveAttribute('readonly');
  expect((await changes())[0]).toMatchObject({ text: 'Checking…', isDisabled: false });
  await expect(screens.verify.continueButton).toHaveAttribute('aria-disabled', 'true');
  await expect(page.locator('#form-status')).toHaveText('Checking…');
  expect(pause(await changes())).toBeGreaterThanOrEqual(380);
  expect(pause(await changes())).toBeLessThan(1_000);
  // The button keeps its place and is never `disabled`, because it would lose the focus.
  expect(await width(page, '#verify-form button')).toEqual(before);
  await expect(screens.verify.continueButton).toBeFocused();
  await expect(screens.verify.continueButton).not.toHaveAttribute('disabled');
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
  await expect(screens.verify.continueButton).not.toHaveAttribute('aria-disabled');
  await expect(page.locator('#form-status')).toBeEmpty();
});

test('the contact form shows its pending state at once and announces it only if the reply is slow', async ({ page, screens }) => {
  await screens.request.open();
  const changes = await record(page, '#request-form button[type=submit]');
  const before = await width(page, '#request-form button[type=submit]');
  await slowPosts(page, LONG);
  await screens.request.ask('email', 'jo@');
  await expect(screens.request.sendButton).toHaveText('Sending…');
  expect((await changes())[0]).toMatchObject({ text: 'Sending…', isDisabled: false });
  await expect(screens.request.sendButton).toHaveAttribute('aria-disabled', 'true');
  await expect(page.locator('#form-status')).toHaveText('Sending…');
  expect(pause(await changes())).toBeGreaterThanOrEqual(380);
  expect(pause(await changes())).toBeLessThan(1_000);
  expect(await width(page, '#request-form button[type=submit]')).toEqual(before);
  await screens.request.assertError(/^Enter an email address/);
  await expect(screens.request.sendButton).not.toHaveAttribute('aria-disabled');
  await expect(page.locator('#form-status')).toBeEmpty();
});

test('a fast reply is not announced', async ({ page, screens, askByEmail }) => {
  const code = await askByEmail();
  const changes = await record(page, '#verify-form button');
  const said = await record(page, '#form-status');
  await screens.verify.answer(wrong(code));
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
  await expect(screens.verify.continueButton).toHaveText('Continue');
  expect((await changes()).map(({ text, isDisabled }) => [text, isDisabled]).at(0)).toEqual(['Checking…', false]);
  expect((await changes()).some(({ isDisabled }) => isDisabled)).toBe(false);
  expect((await said()).map(({ text }) => text).filter(Boolean)).toEqual([]);
});

test.describe('when the next page load is cancelled', () => {
  test.beforeEach(({ page }) => page.clock.install());

  test('the contact can be submitted again', async ({ page, screens, customer }) => {
    await screens.request.open();
    const isStopped = await stopNextPage(page);
    await screens.request.ask('email', customer.email);
    await isStopped();
    await expect(screens.request.sendButton).toHaveText('Sending…');
    await page.clock.runFor(30_000);
    await expect(screens.request.sendButton).toHaveText('Send code');
    await expect(screens.request.sendButton).not.toHaveAttribute('aria-disabled');
    await screens.request.sendButton.click();
    await screens.verify.assertLoaded();
  });

  test('the code can be submitted again and signs in', async ({ page, screens, askByEmail }) => {
    const code = await askByEmail();
    const isStopped = await stopNextPage(page);
    await screens.verify.answer(code);
    await isStopped();
    await expect(screens.verify.continueButton).toHaveText('Checking…');
    await page.clock.runFor(30_000);
    await expect(screens.verify.field).not.toHaveAttribute('readonly');
    await screens.verify.continueButton.click();
    await screens.account.assertLoaded();
  });
});

/**
 * Cancels the load of the next page, and of no other. The returned function waits until that has
 * happened.
 */
async function stopNextPage(page: Page): Promise<() => Promise<void>> {
  const stopped = page.waitForEvent('requestfailed', (request) => request.isNavigationRequest());
  const stop = (route: Route) => (route.request().isNavigationRequest() ? route.abort('aborted') : route.continue());
  await page.route('**/*', stop);
  return async () => {
    await stopped;
    await page.unroute('**/*', stop);
  };
}
