import { expect, test, wrong } from '../support/fixtures.ts';

test('wrong codes count down, and the fifth ends the sign-in', async ({ page, screens, askByEmail }) => {
  const code = await askByEmail();
  for (const left of [4, 3, 2, 1]) {
    await screens.verify.answer(wrong(code, left));
    await screens.verify.assertError(`Invalid OTP. Attempts remaining: ${left}`);
    await screens.verify.assertAttempts(left);
  }
  await screens.verify.answer(wrong(code, 5));
  await screens.verify.assertExhausted();
  await expect(screens.verify.errorLink).toHaveText('Invalid OTP. Attempts remaining: 0. Please request a new one.');
  await page.reload();
  await screens.verify.assertExhausted();
  await expect(page).toHaveTitle(/^Error: /);
  await page.goto('/account/');
  await screens.request.assertOpen();
});

test('the way on from a used-up code is a new one', async ({ page, screens, server, customer, mailbox, askByEmail }) => {
  const code = await askByEmail();
  for (const left of [4, 3, 2, 1]) {
    await screens.verify.answer(wrong(code, left));
    await screens.verify.assertAttempts(left);
  }
  await screens.verify.answer(wrong(code, 5));
  await screens.verify.assertExhausted();
  await page.getByRole('button', { name: 'Ask for a new code' }).click();
  await screens.request.assertLoaded();
  await screens.request.ask('email', customer.email);
  await screens.request.assertNotice(/^You can ask for another code in \d+ seconds?\.$/);
  await screens.request.assertKept('email', customer.email);
  await server.advance(61);
  await screens.request.sendButton.click();
  await screens.verify.assertLoaded();
  await screens.verify.answer(await mailbox.codeTo(customer.email, 1));
  await screens.account.assertLoaded();
});

test('the right code after a wrong one signs in', async ({ screens, askByEmail }) => {
  const code = await askByEmail();
  await screens.verify.answer(wrong(code));
  await screens.verify.assertAttempts(4);
  await screens.verify.answer(code);
  await screens.account.assertLoaded();
});

for (const [what, text] of [
  ['nothing', ''],
  ['too few digits', '12345'],
  ['too many digits', '1234567'],
  ['letters', 'abcdef'],
]) {
  test(`${what} as a code costs no attempt`, async ({ screens, askByEmail }) => {
    const code = await askByEmail();
    await screens.verify.answer(text ?? '');
    await screens.verify.assertError('Please enter a valid 6-digit OTP.');
    await screens.verify.assertAttempts(5);
    await screens.verify.answer(code);
    await screens.account.assertLoaded();
  });
}
