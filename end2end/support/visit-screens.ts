import type { Page } from '@playwright/test';
import { wrongCode } from './fixtures.ts';
import type { AccountScreen } from '../pages/account-screen.ts';
import type { ConfirmScreen } from '../pages/confirm-screen.ts';
import type { RequestScreen } from '../pages/request-screen.ts';
import type { VerifyScreen } from '../pages/verify-screen.ts';

interface VisitFixtures {
  page: Page;
  screens: { request: RequestScreen; verify: VerifyScreen; account: AccountScreen; confirm: ConfirmScreen };
  requestCodeByEmail: () => Promise<string>;
}

/**
 * Visits the screens in several states and calls `visit` on each. The page objects also run axe.
 */
export async function visitScreens({ page, screens, requestCodeByEmail }: VisitFixtures, visit: (name: string) => Promise<void>): Promise<void> {
  await screens.request.open();
  await screens.request.assertLoaded();
  await visit('request');
  await screens.request.requestCode('email', 'not an address, and rather long for the narrow screen of an old phone');
  await screens.request.assertError(/^Enter an email address/);
  await visit('request-error');
  const code = await requestCodeByEmail();
  await visit('verify');
  await screens.verify.submitCode(wrongCode(code));
  await screens.verify.assertError(/^Invalid OTP/);
  await visit('verify-error');
  await screens.request.open();
  await screens.request.assertLoaded();
  await visit('request-pending');
  await screens.confirm.visit('/otp/resend/');
  await visit('confirm-resend');
  await screens.verify.open();
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
  await visit('account');
  for (const name of ['sessions', 'contact']) {
    await page.goto(`/account/${name}/`);
    await visit(name);
  }
  await screens.confirm.visit('/otp/logout/');
  await visit('confirm-logout');
  await page.goto('/nowhere/');
  await visit('not-found');
}

/** The last screen is a 404 page. */
export const EXPECTED_PROBLEMS = [/status of 404/];
