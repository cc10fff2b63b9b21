import { advanceBrowserClock, skewBrowserClock } from '../support/browser-helpers.ts';
import { expect, test } from '../support/fixtures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The tolerance in seconds. The countdown follows the server's clock, which advances while the test
 * runs.
 */
const TOLERANCE_S = 15;

test('the countdown decreases', async ({ screens, requestCodeByEmail }) => {
  await requestCodeByEmail();
  const before = await screens.verify.secondsLeft();
  expect(before).toBeGreaterThan(300 - TOLERANCE_S);
  await expect.poll(() => screens.verify.secondsLeft()).toBeLessThan(before);
});

for (const [what, offset] of [['fast', 3 * HOUR], ['slow', -3 * HOUR]] as const) {
  test(`the countdown is correct on a phone whose clock is ${what}`, async ({ page, screens, requestCodeByEmail }) => {
    await skewBrowserClock(page, offset);
    await requestCodeByEmail();
    const left = await screens.verify.secondsLeft();
    expect(left).toBeGreaterThan(300 - TOLERANCE_S);
    expect(left).toBeLessThanOrEqual(300);
  });
}

for (const event of ['visibilitychange', 'pageshow', 'focus'] as const) {
  test(`the countdown is correct at once when a sleeping tab wakes up with ${event}`, async ({ page, screens, requestCodeByEmail }) => {
    await skewBrowserClock(page);
    await requestCodeByEmail();
    await advanceBrowserClock(page, 4 * MINUTE, event);
    const left = await screens.verify.secondsLeft();
    expect(left).toBeGreaterThan(60 - TOLERANCE_S);
    expect(left).toBeLessThanOrEqual(60);
  });
}

test('the countdown is correct after back navigation', async ({ page, screens, server, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await screens.request.open();
  await server.advance(100);
  await page.goBack();
  await screens.verify.assertOpen();
  const left = await screens.verify.secondsLeft();
  expect(left).toBeGreaterThan(200 - TOLERANCE_S);
  expect(left).toBeLessThanOrEqual(200);
});

test('the resend button becomes enabled after the cooldown and the change is announced', async ({ page, screens, requestCodeByEmail }) => {
  await skewBrowserClock(page);
  await requestCodeByEmail();
  await expect(screens.verify.resendButton).toHaveAttribute('aria-disabled', 'true');
  await advanceBrowserClock(page, MINUTE, 'focus');
  await expect(screens.verify.resendButton).not.toHaveAttribute('aria-disabled');
  await expect(page.locator('#live-phase')).toHaveText('You can send a new code now.');
});

test('the last minute and the expiry are announced', async ({ page, screens, requestCodeByEmail }) => {
  await skewBrowserClock(page);
  await requestCodeByEmail();
  await advanceBrowserClock(page, MINUTE, 'focus');
  await advanceBrowserClock(page, 3 * MINUTE + 10_000, 'focus');
  await expect(page.locator('#live-phase')).toHaveText('1 minute left to enter the code.');
  await expect(page.locator('#live-expiry')).toBeEmpty();
  await advanceBrowserClock(page, MINUTE, 'focus');
  await expect(page.locator('#live-expiry')).toHaveText('OTP has expired. Please request a new one.');
  await expect(screens.verify.continueButton).toBeVisible();
  await screens.verify.assertLoaded();
});
