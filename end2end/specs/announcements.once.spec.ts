import type { Page } from '@playwright/test';
import { advanceBrowserClock, skewBrowserClock } from '../support/browser-helpers.ts';
import { expect, testWithSettings } from '../support/custom-server.ts';

const MINUTES = 10;
const STEP_MS = 5_000;

const test = testWithSettings({ DOORCODE__OTP__EXPIRY_MINUTES: String(MINUTES) });

/** Records what screen readers announce about the countdown, in order. */
async function recordAnnouncements(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const announcements: string[] = [];
    for (const id of ['live-phase', 'live-expiry']) {
      const region = document.getElementById(id);
      const record = () => region?.textContent && announcements.push(region.textContent);
      if (region) new MutationObserver(record).observe(region, { childList: true, characterData: true, subtree: true });
    }
    Object.assign(window, { announcements });
  });
  return () => page.evaluate(() => (window as unknown as { announcements: string[] }).announcements);
}

test('the countdown makes five announcements in ten minutes', async ({ page, screens, requestCodeByEmail }) => {
  await skewBrowserClock(page);
  await requestCodeByEmail();
  const announcements = await recordAnnouncements(page);
  for (let elapsed = 0; elapsed < MINUTES * 60_000; elapsed += STEP_MS) await advanceBrowserClock(page, STEP_MS, 'focus');
  expect(await announcements()).toEqual([
    'You can send a new code now.',
    '5 minutes left to enter the code.',
    '1 minute left to enter the code.',
    '30 seconds left to enter the code.',
    'OTP has expired. Please request a new one.',
  ]);
  // The text that changes every second is hidden from screen readers.
  await expect(page.locator('#left')).toHaveAttribute('aria-hidden', 'true');
  await screens.verify.assertLoaded();
});

test('a tab that becomes visible again announces only the current time left', async ({ page, screens, requestCodeByEmail }) => {
  await skewBrowserClock(page);
  await requestCodeByEmail();
  const announcements = await recordAnnouncements(page);
  await advanceBrowserClock(page, MINUTES * 60_000 - 45_000, 'visibilitychange');
  expect((await announcements()).filter((sentence) => sentence.includes('left to enter'))).toEqual(['1 minute left to enter the code.']);
  await screens.verify.assertOpen();
});
