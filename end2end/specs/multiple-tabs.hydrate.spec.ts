import type { BrowserContext } from '@playwright/test';
import { VerifyScreen } from '../pages/verify-screen.ts';
import { watchForLoad } from '../support/browser-tricks.ts';
import { expect, test as revealing } from '../support/fixtures.ts';
import { testWith } from '../support/own-server.ts';

const MODE = { isHydrated: true, runsScripts: true };
/** Milliseconds that a tab waits so that the tab that took a step moves on first. */
const TURN = 3_000;
const concealing = testWith({ DOORCODE__PRIVACY__UNKNOWN_CONTACTS: 'conceal' });

/** Opens the verify screen in another tab and waits for its islands. */
async function otherTab(context: BrowserContext): Promise<VerifyScreen> {
  const other = new VerifyScreen(await context.newPage(), MODE);
  await other.open();
  return other;
}

// If unknown contacts are concealed, deliveries do not wake up the event stream of a tab.
for (const [where, test] of [['with unknown contacts revealed', revealing], ['with unknown contacts concealed', concealing]] as const) {
  test.describe(where, () => {
    test('a tab goes to the account after another tab has signed in', async ({ context, screens, askByEmail }) => {
      const code = await askByEmail();
      const other = await otherTab(context);
      await other.answer(code);
      await expect(other.heading).toHaveText('Your account');
      await screens.account.assertLoaded();
    });

    test('a tab goes to the request screen after another tab has cancelled the sign-in', async ({ context, screens, askByEmail }) => {
      await askByEmail();
      const other = await otherTab(context);
      await other.otherContactButton().click();
      await expect(other.heading).toHaveText('Sign in to your account');
      await screens.request.assertLoaded();
    });

    for (const [what, seconds] of [['the same code again', 61], ['a new code', 160]] as const) {
      test(`a tab restarts its countdown after another tab has requested ${what}`, async ({ context, page, screens, server, askByEmail }) => {
        await askByEmail();
        await server.advance(seconds);
        await page.reload();
        const wait = page.locator('#resend-left');
        await expect(wait).toHaveCount(0);
        const other = await otherTab(context);
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

const test = revealing;

test('a tab that becomes visible after its code has expired detects a new code requested in another tab', async ({ context, page, screens, server, askByEmail }) => {
  await askByEmail();
  await server.advance(301);
  await page.reload();
  await expect(page.locator('#verify')).toHaveClass('expired');
  // The stream ends with the code. The page then polls once more and stops.
  await page.waitForResponse((response) => response.url().includes('/otp/status/') && response.request().resourceType() === 'fetch');
  const other = await otherTab(context);
  await other.resendButton.click();
  await expect(other.notice).toHaveText(/^OTP sent successfully/);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(page.locator('#verify')).toHaveClass('live');
  await expect(screens.verify.notice).toBeEmpty();
});

test('a tab keeps its input when another tab requests a code', async ({ context, page, screens, server, askByEmail }) => {
  await page.clock.install();
  const code = await askByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.assertOpen();
  await screens.verify.field.fill(code.slice(0, 3));
  const other = await otherTab(context);
  const loads: string[] = [];
  page.on('request', (request) => request.isNavigationRequest() && loads.push(new URL(request.url()).pathname));
  await other.resendButton.click();
  await expect(other.notice).toHaveText(/^OTP sent successfully/);
  // The event with this status also carries the new deadlines.
  await expect(screens.verify.delivery).toHaveText(/^Sent\./);
  await page.clock.fastForward(TURN);
  await expect(screens.verify.field).toHaveValue(code.slice(0, 3));
  await screens.verify.answer(code);
  await screens.account.assertLoaded();
  expect(loads).toEqual(['/account/']);
});

test('typing cancels the automatic reload of a tab', async ({ context, page, screens, server, askByEmail }) => {
  const code = await askByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.assertOpen();
  const other = await otherTab(context);
  await screens.verify.field.focus();
  const wasLoaded = await watchForLoad(page);
  const begun = page.waitForRequest((request) => request.isNavigationRequest());
  const stopped = page.waitForEvent('requestfailed', (request) => request.isNavigationRequest());
  // Hold the reload back, so that the customer types before its reply arrives.
  await page.route('**/otp/verify/', (route) => (route.request().method() === 'GET' ? new Promise(() => {}) : route.continue()));
  await other.resendButton.click();
  await begun;
  await page.keyboard.type(code.slice(0, 3));
  await stopped;
  expect(await wasLoaded()).toBe(false);
  await expect(screens.verify.field).toHaveValue(code.slice(0, 3));
  await screens.verify.answer(code);
  await screens.account.assertLoaded();
});

test('a language change in another tab does not change the language of this tab', async ({ context, page, screens, askByEmail }) => {
  const code = await askByEmail();
  const other = await context.newPage();
  await other.goto('/otp/verify/');
  await other.getByRole('button', { name: 'Deutsch' }).click();
  await expect(other.locator('html')).toHaveAttribute('lang', 'de');
  await screens.verify.answer('12');
  await screens.verify.assertError('Please enter a valid 6-digit OTP.');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await screens.verify.answer(code);
  await expect(page).toHaveURL(/\/account\/$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});
