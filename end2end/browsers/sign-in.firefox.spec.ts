import type { Locator } from '@playwright/test';
import type { Screen } from '../pages/screen.ts';
import { watchForLoad } from '../support/browser-tricks.ts';
import { expect, test as base, wrong } from '../support/fixtures.ts';

interface Hands {
  /**
   * Waits for the screen with this heading. With JavaScript, also waits for its islands and runs
   * axe.
   */
  arrive: (screen: Screen & { assertLoaded(): Promise<void> }, heading: string) => Promise<void>;
  press: (button: Locator) => Promise<void>;
  /** Replaces the value of the field and submits the form. */
  send: (field: Locator, text: string) => Promise<void>;
}

/**
 * Playwright's clicks, fills and `expect(locator)` wait for a promise in the page, which never
 * resolves in a Firefox without JavaScript. Key presses do not wait, and the current text of a page
 * can be read.
 */
const test = base.extend<{ hands: Hands }>({
  hands: ({ javaScriptEnabled }, use) => {
    const runsScripts = javaScriptEnabled !== false;
    return use({
      arrive: (screen, heading) => (runsScripts ? screen.assertLoaded() : expectText(screen.heading, heading)),
      press: (button) => (runsScripts ? button.click() : button.press('Enter')),
      send: async (field, text) => {
        await field.press('ControlOrMeta+A');
        await field.pressSequentially(text);
        await field.press('Enter');
      },
    });
  },

  askByEmail: ({ page, screens, customer, mailbox, hands }, use) =>
    use(async () => {
      await page.goto('/otp/request/');
      await hands.arrive(screens.request, 'Sign in to your account');
      await hands.send(screens.request.field, customer.email);
      await hands.arrive(screens.verify, 'Check your email');
      return mailbox.codeTo(customer.email);
    }),
});

async function expectText(locator: Locator, text: string): Promise<void> {
  await expect.poll(() => locator.textContent()).toContain(text);
}

test('a customer signs in with the code from their email and signs out', async ({ page, screens, customer, hands, askByEmail }) => {
  await hands.send(screens.verify.field, await askByEmail());
  await hands.arrive(screens.account, 'Your account');
  await expectText(page.getByRole('main'), customer.name);
  await hands.press(screens.account.signOutButton);
  await expectText(screens.request.notice, 'You are signed out.');
  await page.goto('/account/');
  await hands.arrive(screens.request, 'Sign in to your account');
});

test('a wrong code shows an error and the correct code signs in', async ({ page, screens, hydrated, hands, askByEmail }) => {
  const code = await askByEmail();
  const wasLoaded = await watchForLoad(page);
  await hands.send(screens.verify.field, wrong(code));
  await expectText(screens.verify.errorLink, 'Invalid OTP. Attempts remaining: 4');
  await expectText(screens.verify.attempts, 'Attempts remaining: 4');
  // Only an island replies in place, so this confirms the mode that the project names.
  expect(await wasLoaded()).toBe(!hydrated);
  await hands.send(screens.verify.field, code);
  await hands.arrive(screens.account, 'Your account');
});

test('a resent code signs in', async ({ page, screens, server, customer, mailbox, hands, askByEmail }) => {
  await askByEmail();
  await server.advance(61);
  await page.reload();
  await hands.arrive(screens.verify, 'Check your email');
  await hands.press(screens.verify.resendButton);
  await expectText(screens.verify.notice, 'OTP sent successfully.');
  await hands.arrive(screens.verify, 'Check your email');
  await hands.send(screens.verify.field, await mailbox.codeTo(customer.email, 1));
  await hands.arrive(screens.account, 'Your account');
});
