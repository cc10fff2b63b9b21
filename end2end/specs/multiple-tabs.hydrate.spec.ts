import type { BrowserContext } from '@playwright/test';
import { VerifyScreen } from '../pages/verify-screen.ts';
import { trackPageLoad } from '../support/browser-helpers.ts';
import { expect, test as testRevealed } from '../support/fixtures.ts';
import { testWithSettings } from '../support/custom-server.ts';

const MODE = { isHydrated: true, runsScripts: true };
/** Milliseconds that a tab waits before it follows another tab. */
const FOLLOW_DELAY_MS = 3_000;
const testConcealed = testWithSettings({ DOORCODE__PRIVACY__UNKNOWN_CONTACTS: 'conceal' });

/** Opens the verify screen in another tab and waits for its islands. */
async function openOtherTab(context: BrowserContext): Promise<VerifyScreen> {
  const other = new VerifyScreen(await context.newPage(), MODE);
  await other.open();
  return other;
}

// If unknown contacts are concealed, deliveries do not wake up the event stream of a tab.
for (const [where, test] of [['with unknown contacts revealed', testRevealed], ['with unknown contacts concealed', testConcealed]] as const) {
  test.describe(where, () => {
    test('a tab goes to the account after another tab has signed in', async ({ context, screens, requestCodeByEmail }) => {
      const code = await requestCodeByEmail();
      const other = await openOtherTab(context);
      await other.submitCode(code);
      await expect(other.heading).toHaveText('Your account');
      await screens.account.assertLoaded();
    });

    test('a tab goes to the request screen after another tab has cancelled the sign-in', async ({ context, screens, requestCodeByEmail }) => {
      await requestCodeByEmail();
      const other = await openOtherTab(context);
      await other.changeContactButton().click();
      await expect(other.heading).toHaveText('Sign in to your account');
      await screens.request.assertLoaded();
    });

    for (const [what, seconds] of [['the same code again', 61], ['a new code', 160]] as const) {
      test(`a tab restarts its countdown after another tab has requested ${what}`, async ({ context, page, screens, server, requestCodeByEmail }) => {
        await requestCodeByEmail();
        await server.advance(seconds);
        await page.reload();
        const wait = page.locator('#resend-left');
        await expect(wait).toHaveCount(0);
        const other = await openOtherTab(context);
        await other.resendButton.click();
        await expect(other.notice).toHaveText(/^OTP sent successfully/);
        await expect(wait).toHaveText(/^[12]:\d\d$/);
        await expect(screens.verify.resendButton).toHaveAttribute('aria-disabled', 'true');
        await expect(screens.verify.field).toBeEmpty();
        // The flash message belongs to the tab that made the request.
        await expect(screens.verify.notice).toBeEmpty();
      });
    }
  });
}

const test = testRevealed;

test('a tab that becomes visible after its code has expired detects a new code requested in another tab', async ({ context, page, screens, server, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await server.advance(301);
  await page.reload();
  await expect(page.locator('#verify')).toHaveClass('expired');
  // The stream ends with the code. The page then polls once more and stops.
  await page.waitForResponse((response) => response.url().includes('/otp/status/') && response.request().resourceType() === 'fetch');
  const other = await openOtherTab(context);
  await other.resendButton.click();
  await expect(other.notice).toHaveText(/^OTP sent successfully/);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(page.locator('#verify')).toHaveClass('live');
  await expect(screens.verify.notice).toBeEmpty();
});

test('a tab keeps its input when another tab requests a code', async ({ context, page, screens, server, requestCodeByEmail }) => {
  await page.clock.install();
  const code = await requestCodeByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.assertOpen();
  await screens.verify.field.fill(code.slice(0, 3));
  const other = await openOtherTab(context);
  const loads: string[] = [];
  page.on('request', (request) => request.isNavigationRequest() && loads.push(new URL(request.url()).pathname));
  await other.resendButton.click();
  await expect(other.notice).toHaveText(/^OTP sent successfully/);
  // The event with this status also carries the new deadlines.
  await expect(screens.verify.delivery).toHaveText(/^Sent\./);
  await page.clock.fastForward(FOLLOW_DELAY_MS);
  await expect(screens.verify.field).toHaveValue(code.slice(0, 3));
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
  expect(loads).toEqual(['/account/']);
});

test('typing cancels the automatic reload of a tab', async ({ context, page, screens, server, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.assertOpen();
  const other = await openOtherTab(context);
  await screens.verify.field.focus();
  const wasLoaded = await trackPageLoad(page);
  const reloadStarted = page.waitForRequest((request) => request.isNavigationRequest());
  const reloadCancelled = page.waitForEvent('requestfailed', (request) => request.isNavigationRequest());
  // Block the reload, so that the customer types before its reply arrives.
  await page.route('**/otp/verify/', (route) => (route.request().method() === 'GET' ? new Promise(() => {}) : route.continue()));
  await other.resendButton.click();
  await reloadStarted;
  await page.keyboard.type(code.slice(0, 3));
  await reloadCancelled;
  expect(await wasLoaded()).toBe(false);
  await expect(screens.verify.field).toHaveValue(code.slice(0, 3));
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
});

test('a language change in another tab does not change the language of this tab', async ({ context, page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const other = await context.newPage();
  await other.goto('/otp/verify/');
  await other.getByRole('button', { name: 'Deutsch' }).click();
  await expect(other.locator('html')).toHaveAttribute('lang', 'de');
  await screens.verify.submitCode('12');
  await screens.verify.assertError('Please enter a valid 6-digit OTP.');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await screens.verify.submitCode(code);
  await expect(page).toHaveURL(/\/account\/$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});
