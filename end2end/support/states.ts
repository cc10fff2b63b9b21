import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The expected content of a screen in one state, in addition to that of every page. */
export interface State {
  heading: string;
  /** The text of the error summary. */
  error?: string | RegExp;
  /** The id of the control that the error summary links to. */
  linkTarget?: string;
  /** Whether the control is marked as invalid. */
  isInvalid?: boolean;
  /** Texts by the selectors of their elements, each of which matches one element. */
  texts?: Record<string, string | RegExp>;
  /** Selectors that must not match any element. */
  absent?: string[];
}

const REQUEST = 'Sign in to your account';
const VERIFY = 'Check your email';
const VERIFY_PHONE = 'Check your phone';
const SENT = 'OTP sent successfully.';
const EXPIRED = 'OTP has expired. Please request a new one.';
const ID = /Reference: \w+$/;
const contact = { heading: REQUEST, linkTarget: 'contact_value' };
const wrongContact = { ...contact, isInvalid: true };
const code = { heading: VERIFY, linkTarget: 'otp_code' };
const wrongCode = { ...code, isInvalid: true };

/** All states that /dev/states/ shows. */
export const STATES: Record<string, State> = {
  'request': { heading: REQUEST, texts: { 'label[for=contact_value]': 'Email address', '#notice[role=status]': '' }, absent: ['#email-hint', '#phone-hint'] },
  'request-phone': { heading: REQUEST, texts: { 'label[for=contact_value]': 'Mobile number', '#contact-hint': /like \+1\u00a0201\u00a0555\u00a00123\. For another country/ } },
  'request-remembered': { heading: REQUEST },
  'request-pending': { heading: REQUEST, texts: { 'section.notice': /^You asked for a code for ada@example\.com at \d\d:\d\d UTC\.\sEnter that code$/ } },
  'request-signed-out': { heading: REQUEST, texts: { '#notice[role=status]': 'You are signed out.' } },
  'request-missing': { ...wrongContact, error: 'Please provide contact information.' },
  'request-invalid': { ...wrongContact, error: /^Enter an email address in the correct format/ },
  'request-suggestion': {
    ...wrongContact,
    error: 'No customer found with this contact information.',
    texts: { '#suggestion[role=status]': 'Did you mean ada@gmail.com?' },
  },
  'request-invalid-phone': { ...wrongContact, error: 'Enter a mobile number, like +1\u00a0201\u00a0555\u00a00123.' },
  'request-landline': { ...wrongContact, error: /^This number looks like a landline\./ },
  'request-country': { ...wrongContact, error: /^We cannot send text messages to numbers of this country\./ },
  'request-session-expired': { heading: REQUEST, texts: { '#notice[role=status]': 'Session expired. Please request OTP again.' } },
  'request-cooldown': { heading: REQUEST, texts: { '#notice[role=status]': 'You can ask for another code in 25 seconds.' } },
  'request-limited': { ...contact, error: 'Too much was asked for from your network. You can try again in 25 minutes.' },
  'request-busy': { ...contact, error: /^Very many people .* in 15 minutes\.$/ },
  'request-not-sent': { ...contact, error: ID },
  'request-email-quicker': { heading: REQUEST, texts: { '#phone-hint': 'Email is quicker at the moment.' } },
  'request-texts-known-only': { heading: REQUEST, texts: { '#phone-hint': /^Text messages go only to browsers/ } },
  'request-channel-down': { heading: REQUEST, texts: { '#phone-hint': 'Text messages do not work at the moment.' } },
  'request-email-only': { heading: REQUEST, absent: ['fieldset', 'input[type=radio]'] },
  'verify': { heading: VERIFY, texts: { '#notice[role=status]': SENT, '#attempts': 'Attempts remaining: 5', '#resend-note': /^You can send a new code after \d\d:\d\d UTC\s*$/ } },
  'verify-phone': { heading: VERIFY_PHONE, texts: { '#notice[role=status]': SENT, '.lead': /^If \+1 202 555 0123 is on an account/ } },
  'verify-letters': { heading: VERIFY, texts: { 'label[for=otp_code]': '8-letter code', '#code-letters': /letters only/ } },
  'verify-may-resend': { heading: VERIFY, texts: { '#resend-note': '' } },
  'verify-malformed': { ...wrongCode, error: 'Please enter a valid 6-digit OTP.', texts: { '#attempts': 'Attempts remaining: 5' } },
  'verify-wrong': { ...wrongCode, error: 'Invalid OTP. Attempts remaining: 3', texts: { '#attempts': 'Attempts remaining: 3' } },
  'verify-last-try': { ...wrongCode, error: 'Invalid OTP. Attempts remaining: 1' },
  'verify-expired': { ...code, error: EXPIRED },
  'verify-escalated': { ...code, error: /has letters instead of digits\.$/ },
  'verify-exhausted': { heading: 'You cannot sign in with this code', error: /^Invalid OTP\. Attempts remaining: 0\./, linkTarget: 'change', absent: ['#otp_code', '#resend'] },
  'verify-cooldown': { heading: VERIFY, texts: { '#notice[role=status]': 'You can ask for another code in 42 seconds.' } },
  'verify-used-up': { heading: VERIFY, texts: { '#used-up': /^You have asked for all the codes .* after \d\d:\d\d UTC\.$/ }, absent: ['#resend', '#switch-form'] },
  'verify-resent': { heading: VERIFY, texts: { '#notice[role=status]': `${SENT} Earlier codes of this sign-in also work until they expire.` } },
  'verify-sent': { heading: VERIFY, texts: { '#delivery[data-state=sent]': /^Sent\./ } },
  'verify-delivered': { heading: VERIFY_PHONE, texts: { '#delivery[data-state=delivered]': 'It has arrived on your phone.' } },
  'verify-overdue': { heading: VERIFY, texts: { '#delivery[data-state=overdue]': /^Still nothing\?/ } },
  'verify-not-delivered': { heading: VERIFY, texts: { '#delivery[data-state=failed]': /Get the code by text message\?$/, '#switch-form button': 'Send it by text message instead' } },
  'verify-switched': { heading: VERIFY, texts: { '.lead': 'We have sent a code to the email address on your account.' } },
  'verify-server-error': { ...code, error: ID },
  'account': { heading: 'Your account', texts: { '#notice[role=status]': 'You are signed in.' } },
  'maintenance': { heading: 'We will be back soon', absent: ['form:not(#language-form)'] },
  'not-found': { heading: 'Page not found' },
  'unexpected': { heading: 'Something went wrong' },
};

/**
 * The live regions, which an island or the server fills later. They exist and are empty when the
 * page loads.
 */
const LIVE_REGIONS: [string, string][] = [
  ['#form-status', 'status'],
  ['#live-phase', 'status'],
  ['#live-expiry', 'alert'],
];

/** Asserts that the page has the attributes of its kind of screen and the content of this state. */
export async function expectState(page: Page, state: State): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(state.heading);
  const summary = page.locator('#error-summary');
  if (state.error !== undefined) await expectError(page, state);
  else {
    await expect(summary).toBeHidden();
    await expect(page).not.toHaveTitle(/^Error/);
  }
  if (!state.isInvalid) await expect(page.locator('[aria-invalid]')).toHaveCount(0);
  for (const [selector, role] of LIVE_REGIONS) {
    const region = page.locator(selector);
    if ((await region.count()) === 0) continue;
    await expect(region).toHaveRole(role as 'status' | 'alert');
    await expect(region).toBeEmpty();
  }
  for (const [selector, text] of Object.entries(state.texts ?? {})) await expect(page.locator(selector)).toHaveText(text, { useInnerText: true });
  for (const selector of state.absent ?? []) await expect(page.locator(selector)).toHaveCount(0);
}

async function expectError(page: Page, { error, linkTarget, isInvalid }: State): Promise<void> {
  const summary = page.locator('#error-summary');
  await expect(page).toHaveTitle(/^Error: /);
  await expect(summary).toHaveRole('alert');
  await expect(summary).toHaveAttribute('tabindex', '-1');
  await expect(summary.getByRole('heading', { level: 2 })).toHaveText('There is a problem');
  await expect(summary.getByRole('link')).toHaveText(error ?? '');
  await expect(summary.getByRole('link')).toHaveAttribute('href', `#${linkTarget}`);
  const control = page.locator(`#${linkTarget}`);
  await expect(control).toBeVisible();
  if (!isInvalid) return;
  await expect(control).toHaveAttribute('aria-invalid', 'true');
  await expect(control).toHaveAccessibleDescription(error instanceof RegExp ? new RegExp(error.source.replace(/^\^/, '')) : new RegExp(escaped(error ?? '')));
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Returns the names of the states on the index page, in order. */
export async function listStates(page: Page): Promise<string[]> {
  await page.goto('/dev/states/');
  return page.locator('article h2').allTextContents();
}
