import { expect, test } from '../support/fixtures.ts';
import type { ContactType } from '../pages/request-screen.ts';

const EMAIL_FORMAT = 'Enter an email address in the correct format, like name@example.com.';
const PHONE_FORMAT = 'Enter a mobile number, like +1\u00a0201\u00a0555\u00a00123.';

const REFUSED: { what: string; type: ContactType; contact: string; message: string }[] = [
  { what: 'no address', type: 'email', contact: '', message: 'Please provide contact information.' },
  { what: 'no number', type: 'phone', contact: '', message: 'Please provide contact information.' },
  { what: 'half an address', type: 'email', contact: 'jo@', message: EMAIL_FORMAT },
  { what: 'an address with markup', type: 'email', contact: '"><b>jo</b>@example.com', message: EMAIL_FORMAT },
  { what: 'a word as a number', type: 'phone', contact: 'call me', message: PHONE_FORMAT },
  { what: 'an address nobody has', type: 'email', contact: 'nobody@example.com', message: 'No customer found with this contact information.' },
  { what: 'a number nobody has', type: 'phone', contact: '+1 202 555 9999', message: 'No customer found with this contact information.' },
];

for (const { what, type, contact, message } of REFUSED) {
  test(`${what} is refused in words, and what was typed stays`, async ({ screens }) => {
    await screens.request.open();
    await screens.request.ask(type, contact);
    await screens.request.assertError(message);
    await screens.request.assertKept(type, contact);
    await expect(screens.request.field).toHaveAttribute('aria-invalid', 'true');
  });
}

test('after an error the right contact works', async ({ screens, customer }) => {
  await screens.request.open();
  await screens.request.ask('email', 'jo@');
  await screens.request.assertError(EMAIL_FORMAT);
  await screens.request.ask('email', customer.email);
  await screens.verify.assertLoaded();
});

test('an error is told once: the page loaded again has none', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.ask('email', 'jo@');
  await screens.request.assertError(EMAIL_FORMAT);
  await page.reload();
  await screens.request.assertOpen();
  await screens.request.assertNoError();
});

test('a contact is found however it is written', async ({ screens, customer }) => {
  await screens.request.open();
  await screens.request.ask('email', `  ${customer.email.toUpperCase()} `);
  await screens.verify.assertLoaded();
});

test('a number is found with blanks and dashes', async ({ screens, customer }) => {
  await screens.request.open();
  await screens.request.ask('phone', customer.phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 ($1) $2-$3'));
  await screens.verify.assertLoaded('phone');
});
