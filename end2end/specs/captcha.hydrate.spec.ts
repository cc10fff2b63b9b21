import type { Page } from '@playwright/test';
import { expect, test } from '../support/captcha.ts';

/**
 * The longest task that the page may have, in milliseconds. A search on the main thread would take
 * seconds; on a busy machine, even a short task is delayed.
 */
const MAX_TASK_MS = 250;
/** A challenge without a solution. */
const UNSOLVABLE_CHALLENGE = {
  algorithm: 'SHA-256',
  challenge: '0'.repeat(64),
  maxnumber: 5_000_000,
  salt: '0123456789abcdef01234567?expires=4000000000&',
  signature: '0'.repeat(64),
};

/**
 * Returns a function that returns the duration of the longest task on the main thread since this
 * call, in milliseconds.
 */
async function observeLongTasks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    Object.assign(window, { tasks });
  });
  return () => page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks));
}

test('the page shows the progress of the proof of work and stays responsive', async ({ page, screens, customer, reachSoftLimit }) => {
  await reachSoftLimit();
  await page.route('**/otp/challenge/', (route) => route.fulfill({ json: UNSOLVABLE_CHALLENGE }));
  await screens.request.open();
  await screens.request.fill('email', customer.email);
  const longestTask = await observeLongTasks(page);
  await screens.request.sendButton.click();
  const bar = page.getByRole('progressbar', { name: /^Checking your browser: \d+%$/ });
  await expect(bar).toBeVisible();
  await expect(page.locator('#proof-status')).toHaveText('Checking your browser. This takes a few seconds.');
  await expect.poll(() => bar.evaluate((element: HTMLProgressElement) => element.value)).toBeGreaterThan(5);
  expect(await longestTask()).toBeLessThan(MAX_TASK_MS);
  await screens.request.assertLoaded();
  await page.screenshot({ path: test.info().outputPath('proving.png') });
});

test('leaving the page terminates the proof-of-work worker', async ({ page, screens, customer, reachSoftLimit }) => {
  await reachSoftLimit();
  await page.route('**/otp/challenge/', (route) => route.fulfill({ json: UNSOLVABLE_CHALLENGE }));
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await expect.poll(() => page.workers().length).toBe(1);
  await page.goto('/health/live');
  await expect.poll(() => page.workers().length).toBe(0);
});

test.describe('when the worker cannot load', () => {
  test.use({ allowedProblems: [/proof-of-work\.js/] });

  test('the page shows when to retry and keeps the contact', async ({ page, screens, customer, reachSoftLimit }) => {
    await reachSoftLimit();
    await page.route('**/proof-of-work.js', (route) => route.abort());
    await screens.request.open();
    await screens.request.requestCode('email', customer.email);
    await screens.request.assertError(/^Many codes were asked for from your network\./);
    await screens.request.assertContact('email', customer.email);
  });
});

test('a resend above the soft limit succeeds with a proof of work', async ({ page, screens, server, mailbox, customer, reachSoftLimit }) => {
  await reachSoftLimit();
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded('email');
  await mailbox.codeTo(customer.email);
  await server.advance(61);
  await page.reload();
  await screens.verify.assertLoaded('email');
  await screens.verify.resendButton.click();
  await expect(screens.verify.notice).toContainText('OTP sent successfully.');
  await mailbox.codeTo(customer.email, 1);
});
