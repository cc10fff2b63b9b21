import { Client } from '../lib/client.mjs';
import { expect, test } from '../support/fixtures.ts';

const UNKNOWN_BROWSERS = 2;

/** Submits wrong codes from unknown devices until codes for this address have letters. */
async function submitWrongCodes(url: string, email: string): Promise<void> {
  for (let index = 0; index < UNKNOWN_BROWSERS; index += 1) {
    const browser = new Client(url);
    await browser.post('/otp/request/', { contact_type: 'email', contact_value: email });
    for (let answer = 0; answer < 5; answer += 1) await browser.post('/otp/verify/', { otp_code: '000000' });
  }
}

test('after many wrong codes from unknown devices the customer gets a letter code and signs in with it', async ({ page, screens, server, customer, mailbox }) => {
  await submitWrongCodes(server.url, customer.email);
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
  const code = await mailbox.codeTo(customer.email, UNKNOWN_BROWSERS);
  expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
  const field = page.getByRole('textbox', { name: '8-letter code' });
  await expect(field).toHaveAttribute('inputmode', 'text');
  await expect(field).toHaveAttribute('autocapitalize', 'characters');
  await expect(field).toHaveAccessibleDescription(/letters only/);
  await page.screenshot({ path: `test-results/screens/letters-${test.info().project.name}.png` });
  await screens.verify.submitCode('bcdfghj');
  await screens.verify.assertError('Please enter the 8 letters of the code.');
  await screens.verify.submitCode(`${code.slice(0, 4).toLowerCase()} ${code.slice(4).toLowerCase()}`);
  await screens.account.assertLoaded();
});
