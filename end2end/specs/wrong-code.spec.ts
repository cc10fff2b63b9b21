import { expect, test, wrongCode } from '../support/fixtures.ts';

test('each wrong code uses one attempt, and the fifth ends the sign-in', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  for (const left of [4, 3, 2, 1]) {
    await screens.verify.submitCode(wrongCode(code, left));
    await screens.verify.assertError(`Invalid OTP. Attempts remaining: ${left}`);
    await screens.verify.assertAttempts(left);
  }
  await screens.verify.submitCode(wrongCode(code, 5));
  await screens.verify.assertExhausted();
  await expect(screens.verify.errorLink).toHaveText('Invalid OTP. Attempts remaining: 0. Please request a new one.');
  await page.reload();
  await screens.verify.assertExhausted();
  await expect(page).toHaveTitle(/^Error: /);
  await page.goto('/account/');
  await screens.request.assertOpen();
});

test('a customer without attempts left can request a new code', async ({ page, screens, server, customer, mailbox, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  for (const left of [4, 3, 2, 1]) {
    await screens.verify.submitCode(wrongCode(code, left));
    await screens.verify.assertAttempts(left);
  }
  await screens.verify.submitCode(wrongCode(code, 5));
  await screens.verify.assertExhausted();
  await page.getByRole('button', { name: 'Ask for a new code' }).click();
  await screens.request.assertLoaded();
  await screens.request.requestCode('email', customer.email);
  await screens.request.assertNotice(/^You can ask for another code in \d+ seconds?\.$/);
  await screens.request.assertContact('email', customer.email);
  await server.advance(61);
  await screens.request.sendButton.click();
  await screens.verify.assertLoaded();
  await screens.verify.submitCode(await mailbox.codeTo(customer.email, 1));
  await screens.account.assertLoaded();
});

test('the correct code works after a wrong code', async ({ screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await screens.verify.submitCode(wrongCode(code));
  await screens.verify.assertAttempts(4);
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
});

for (const [what, text] of [
  ['an empty text', ''],
  ['too few digits', '12345'],
  ['too many digits', '1234567'],
  ['letters', 'abcdef'],
]) {
  test(`${what} as a code uses no attempt`, async ({ screens, requestCodeByEmail }) => {
    const code = await requestCodeByEmail();
    await screens.verify.submitCode(text ?? '');
    await screens.verify.assertError('Please enter a valid 6-digit OTP.');
    await screens.verify.assertAttempts(5);
    await screens.verify.submitCode(code);
    await screens.account.assertLoaded();
  });
}
