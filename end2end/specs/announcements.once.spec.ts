import type { Page } from '@playwright/test';
import { moveBrowserClock, skewBrowserClock } from '../support/browser-tricks.ts';
import { expect, testWith } from '../support/own-server.ts';

const MINUTES = 10;
const STEP = 5_000;

const test = testWith({ DOORCODE__OTP__EXPIRY_MINUTES: String(MINUTES) });

/** Records what screen readers announce about the countdown, in order. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = [];
    for (const id of ['live-phase', 'live-expiry']) {
      const region = document.getElementById(id);
      const hear = () => region?.textContent && said.push(region.textContent);
      if (region) new MutationObserver(hear).observe(region, { childList: true, characterData: true, subtree: true });
    }
    Object.assign(window, { said });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

test('the countdown makes five announcements in ten minutes', async ({ page, screens, askByEmail }) => {
  await skewBrowserClock(page);
  await askByEmail();
  const said = await listen(page);
  for (let passed = 0; passed < MINUTES * 60_000; passed += STEP) await moveBrowserClock(page, STEP, 'focus');
  expect(await said()).toEqual([
    'You can send a new code now.',
    '5 minutes left to enter the code.',
    '1 minute left to enter the code.',
    '30 seconds left to enter the code.',
    'OTP has expired. Please request a new one.',
  ]);
  // The text that changes every second is not announced.
  await expect(page.locator('#left')).toHaveAttribute('aria-hidden', 'true');
  await screens.verify.assertLoaded();
});

test('a tab that becomes visible again announces only the current time left', async ({ page, screens, askByEmail }) => {
  await skewBrowserClock(page);
  await askByEmail();
  const said = await listen(page);
  await moveBrowserClock(page, MINUTES * 60_000 - 45_000, 'visibilitychange');
  expect((await said()).filter((sentence) => sentence.includes('left to enter'))).toEqual(['1 minute left to enter the code.']);
  await screens.verify.assertOpen();
});
