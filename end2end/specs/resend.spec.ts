import { expect, test, wrongCode } from '../support/fixtures.ts';

const SENT = 'OTP sent successfully.';
const RESENT = 'OTP sent successfully. Earlier codes of this sign-in also work until they expire.';

test('requesting a code during the cooldown sends nothing and shows the wait', async ({ page, screens, hydrated, mailbox, customer, requestCodeByEmail }) => {
  await requestCodeByEmail();
  // With the islands, the button is aria-disabled, and Playwright would wait for it. Without them,
  // a forced click could fall into the transition from the previous page.
  await screens.verify.resendButton.click({ force: hydrated });
  const note = hydrated ? /You can send a new code after \d\d:\d\d UTC/ : /You can ask for another code in \d+ seconds?\./;
  await expect(page.getByText(note).filter({ visible: true }).first()).toBeVisible();
  await screens.verify.assertLoaded();
  expect(await mailbox.mailsTo(customer.email)).toHaveLength(1);
});

test('a resend in the first half of the code lifetime sends the same code', async ({ page, screens, server, mailbox, customer, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.assertLoaded();
  await screens.verify.resendButton.click();
  await expect(screens.verify.notice).toContainText(SENT);
  expect(await mailbox.codeTo(customer.email, 1)).toBe(code);
  await screens.verify.assertLoaded();
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
});

for (const [which, index] of [['new', 1], ['earlier', 0]] as const) {
  test(`a resend in the second half of the code lifetime sends a new code, and the ${which} code works`, async ({ page, screens, server, mailbox, customer, requestCodeByEmail }) => {
    const codes = [await requestCodeByEmail()];
    await server.advance(160);
    await page.reload();
    await screens.verify.assertLoaded();
    await screens.verify.resendButton.click();
    await expect(screens.verify.notice).toHaveText(RESENT);
    codes.push(await mailbox.codeTo(customer.email, 1));
    expect(codes[1]).not.toBe(codes[0]);
    await screens.verify.assertLoaded();
    await screens.verify.submitCode(codes[index] ?? '');
    await screens.account.assertLoaded();
  });
}

test('a resend does not restore attempts', async ({ page, screens, server, requestCodeByEmail }) => {
  await screens.verify.submitCode(wrongCode(await requestCodeByEmail()));
  await screens.verify.assertAttempts(4);
  await server.advance(160);
  await page.reload();
  await screens.verify.assertLoaded();
  await screens.verify.resendButton.click();
  await expect(screens.verify.notice).toHaveText(RESENT);
  await screens.verify.assertAttempts(4);
});

test('reloading the verify screen sends nothing', async ({ page, screens, server, mailbox, customer, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await server.advance(61);
  await page.reload();
  await screens.verify.assertOpen();
  await page.waitForTimeout(500);
  expect(await mailbox.mailsTo(customer.email)).toHaveLength(1);
});
