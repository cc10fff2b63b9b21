import type { Locator } from '@playwright/test';
import type { Screen } from '../pages/screen.ts';
import { trackPageLoad } from '../support/browser-helpers.ts';
import { expect, test as base, wrongCode } from '../support/fixtures.ts';

interface Actions {
  /**
   * Waits for the screen with this heading. With JavaScript, also waits for its islands and runs
   * axe.
   */
  waitForScreen: (screen: Screen & { assertLoaded(): Promise<void> }, heading: string) => Promise<void>;
  click: (button: Locator) => Promise<void>;
  /** Replaces the value of the field and submits the form. */
  fillAndSubmit: (field: Locator, text: string) => Promise<void>;
}

/**
 * Playwright's clicks, fills and `expect(locator)` wait for a promise in the page, which never
 * resolves in a Firefox without JavaScript. Key presses do not wait, and the current text of a page
 * can be read.
 */
const test = base.extend<{ actions: Actions }>({
  actions: ({ javaScriptEnabled }, use) => {
    const runsScripts = javaScriptEnabled !== false;
    return use({
      waitForScreen: (screen, heading) => (runsScripts ? screen.assertLoaded() : expectText(screen.heading, heading)),
      click: (button) => (runsScripts ? button.click() : button.press('Enter')),
      fillAndSubmit: async (field, text) => {
        await field.press('ControlOrMeta+A');
        await field.pressSequentially(text);
        await field.press('Enter');
      },
    });
  },

  requestCodeByEmail: ({ page, screens, customer, mailbox, actions }, use) =>
    use(async () => {
      await page.goto('/otp/request/');
      await actions.waitForScreen(screens.request, 'Sign in to your account');
      await actions.fillAndSubmit(screens.request.field, customer.email);
      await actions.waitForScreen(screens.verify, 'Check your email');
      return mailbox.codeTo(customer.email);
    }),
});

async function expectText(locator: Locator, text: string): Promise<void> {
  await expect.poll(() => locator.textContent()).toContain(text);
}

test('a customer signs in with the code from their email and signs out', async ({ page, screens, customer, actions, requestCodeByEmail }) => {
  await actions.fillAndSubmit(screens.verify.field, await requestCodeByEmail());
  await actions.waitForScreen(screens.account, 'Your account');
  await expectText(page.getByRole('main'), customer.name);
  await actions.click(screens.account.signOutButton);
  await expectText(screens.request.notice, 'You are signed out.');
  await page.goto('/account/');
  await actions.waitForScreen(screens.request, 'Sign in to your account');
});

test('a wrong code shows an error and the correct code signs in', async ({ page, screens, hydrated, actions, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const wasLoaded = await trackPageLoad(page);
  await actions.fillAndSubmit(screens.verify.field, wrongCode(code));
  await expectText(screens.verify.errorLink, 'Invalid OTP. Attempts remaining: 4');
  await expectText(screens.verify.attempts, 'Attempts remaining: 4');
  // Only an island replies in place, so this confirms the mode that the project names.
  expect(await wasLoaded()).toBe(!hydrated);
  await actions.fillAndSubmit(screens.verify.field, code);
  await actions.waitForScreen(screens.account, 'Your account');
});

test('a resent code signs in', async ({ page, screens, server, customer, mailbox, actions, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await server.advance(61);
  await page.reload();
  await actions.waitForScreen(screens.verify, 'Check your email');
  await actions.click(screens.verify.resendButton);
  await expectText(screens.verify.notice, 'OTP sent successfully.');
  await actions.waitForScreen(screens.verify, 'Check your email');
  await actions.fillAndSubmit(screens.verify.field, await mailbox.codeTo(customer.email, 1));
  await actions.waitForScreen(screens.account, 'Your account');
});
