import type { BrowserContext } from '@playwright/test';
import { expect, type Screens, test } from '../support/fixtures.ts';

async function contactCookie(context: BrowserContext) {
  return (await context.cookies()).find(({ name }) => name === 'doorcode-contact');
}

/** Lets the device remember the contact, and opens the request screen again. */
async function rememberContact(screens: Screens, email: string): Promise<void> {
  await screens.request.open();
  await screens.request.rememberCheckbox.check();
  await screens.request.requestCode('email', email);
  await screens.verify.assertLoaded();
  await screens.request.open();
}

test('a remembered contact is filled in at the next sign-in', async ({ context, screens, customer, mailbox }) => {
  await screens.request.open();
  await expect(screens.request.rememberCheckbox).not.toBeChecked();
  await screens.request.rememberCheckbox.check();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
  await screens.verify.submitCode(await mailbox.codeTo(customer.email));
  await screens.account.assertLoaded();
  await screens.account.signOutButton.click();
  await screens.request.assertLoaded();
  await screens.request.assertContact('email', customer.email);
  await expect(screens.request.rememberCheckbox).toBeChecked();
  expect(await contactCookie(context)).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
});

test('a phone number is remembered with its contact type', async ({ screens, customer }) => {
  await screens.request.open();
  await screens.request.rememberCheckbox.check();
  await screens.request.requestCode('phone', customer.phone);
  await screens.verify.assertLoaded('phone');
  await screens.request.open();
  await screens.request.assertContact('phone', customer.phone);
});

test('a contact is not remembered by default', async ({ context, screens, requestCodeByEmail }) => {
  await requestCodeByEmail();
  expect(await contactCookie(context)).toBeUndefined();
  await screens.request.open();
  await expect(screens.request.field).toBeEmpty();
});

test('submitting the form without the checkbox forgets the contact', async ({ context, screens, customer }) => {
  await rememberContact(screens, customer.email);
  await screens.request.rememberCheckbox.uncheck();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertOpen();
  expect(await contactCookie(context)).toBeUndefined();
  await screens.request.open();
  await expect(screens.request.field).toBeEmpty();
  await expect(screens.request.rememberCheckbox).not.toBeChecked();
});

test('a rejected form without the checkbox also forgets the contact', async ({ context, screens, customer }) => {
  await rememberContact(screens, customer.email);
  await screens.request.rememberCheckbox.uncheck();
  await screens.request.requestCode('email', 'jo@');
  await screens.request.assertError(/^Enter an email address/);
  expect(await contactCookie(context)).toBeUndefined();
});

test('a rejected contact is not remembered and the checkbox stays checked', async ({ context, screens, customer }) => {
  await screens.request.open();
  await screens.request.rememberCheckbox.check();
  await screens.request.requestCode('email', 'jo@');
  await screens.request.assertError(/^Enter an email address/);
  expect(await contactCookie(context)).toBeUndefined();
  await expect(screens.request.rememberCheckbox).toBeChecked();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
  await screens.request.open();
  await screens.request.assertContact('email', customer.email);
});

test('changing the language keeps the checkbox checked', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.rememberCheckbox.check();
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.locator('input[name=remember]')).toBeChecked();
});
