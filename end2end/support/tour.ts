import type { Page } from '@playwright/test';
import { wrong } from './fixtures.ts';
import type { AccountScreen } from '../pages/account-screen.ts';
import type { ConfirmScreen } from '../pages/confirm-screen.ts';
import type { RequestScreen } from '../pages/request-screen.ts';
import type { VerifyScreen } from '../pages/verify-screen.ts';

interface Tourist {
  page: Page;
  screens: { request: RequestScreen; verify: VerifyScreen; account: AccountScreen; confirm: ConfirmScreen };
  askByEmail: () => Promise<string>;
}

/**
 * Visits every screen in its states and calls `look` on each. The page objects run axe on the way.
 */
export async function tour({ page, screens, askByEmail }: Tourist, look: (name: string) => Promise<void>): Promise<void> {
  await screens.request.open();
  await screens.request.assertLoaded();
  await look('request');
  await screens.request.ask('email', 'not an address, and rather long for the narrow screen of an old phone');
  await screens.request.assertError(/^Enter an email address/);
  await look('request-error');
  const code = await askByEmail();
  await look('verify');
  await screens.verify.answer(wrong(code));
  await screens.verify.assertError(/^Invalid OTP/);
  await look('verify-error');
  await screens.request.open();
  await screens.request.assertLoaded();
  await look('request-pending');
  await screens.confirm.visit('/otp/resend/');
  await look('confirm-resend');
  await screens.verify.open();
  await screens.verify.answer(code);
  await screens.account.assertLoaded();
  await look('account');
  for (const name of ['sessions', 'contact']) {
    await page.goto(`/account/${name}/`);
    await look(name);
  }
  await screens.confirm.visit('/otp/logout/');
  await look('confirm-logout');
  await page.goto('/nowhere/');
  await look('not-found');
}

/** The 404 at the end of the tour is expected. */
export const TOUR_PROBLEMS = [/status of 404/];
