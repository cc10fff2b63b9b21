import { expect, test } from '../support/fixtures.ts';
import type { ContactType } from '../pages/request-screen.ts';

const EMAIL_FORMAT = 'Enter an email address in the correct format, like name@example.com.';
const PHONE_FORMAT = 'Enter a mobile number, like +1\u00a0201\u00a0555\u00a00123.';

const REJECTED: { what: string; type: ContactType; contact: string; message: string }[] = [
  { what: 'an empty email address', type: 'email', contact: '', message: 'Please provide contact information.' },
  { what: 'an empty phone number', type: 'phone', contact: '', message: 'Please provide contact information.' },
  { what: 'an incomplete email address', type: 'email', contact: 'jo@', message: EMAIL_FORMAT },
  { what: 'an email address with markup', type: 'email', contact: '"><b>jo</b>@example.com', message: EMAIL_FORMAT },
  { what: 'a phone number without digits', type: 'phone', contact: 'call me', message: PHONE_FORMAT },
  { what: 'an unknown email address', type: 'email', contact: 'nobody@example.com', message: 'No customer found with this contact information.' },
  { what: 'an unknown phone number', type: 'phone', contact: '+1 202 555 9999', message: 'No customer found with this contact information.' },
];

for (const { what, type, contact, message } of REJECTED) {
  test(`${what} is rejected with a message and the input is kept`, async ({ screens }) => {
    await screens.request.open();
    await screens.request.requestCode(type, contact);
    await screens.request.assertError(message);
    await screens.request.assertContact(type, contact);
    await expect(screens.request.field).toHaveAttribute('aria-invalid', 'true');
  });
}

test('a valid contact is accepted after an error', async ({ screens, customer }) => {
  await screens.request.open();
  await screens.request.requestCode('email', 'jo@');
  await screens.request.assertError(EMAIL_FORMAT);
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
});

test('an error disappears when the page is reloaded', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.requestCode('email', 'jo@');
  await screens.request.assertError(EMAIL_FORMAT);
  await page.reload();
  await screens.request.assertOpen();
  await screens.request.assertNoError();
});

test('an email address is matched regardless of case and spaces', async ({ screens, customer }) => {
  await screens.request.open();
  await screens.request.requestCode('email', `  ${customer.email.toUpperCase()} `);
  await screens.verify.assertLoaded();
});

test('a phone number is matched with spaces, dashes and parentheses', async ({ screens, customer }) => {
  await screens.request.open();
  await screens.request.requestCode('phone', customer.phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 ($1) $2-$3'));
  await screens.verify.assertLoaded('phone');
});
