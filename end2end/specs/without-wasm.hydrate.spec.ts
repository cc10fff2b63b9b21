import { expect, test, wrongCode } from '../support/fixtures.ts';

// Scripts run, but the WASM never arrives.
test.use({ hydrated: false, allowedProblems: [/\.wasm|ERR_FAILED|Failed to fetch/] });

test.beforeEach(({ context }) => context.route('**/*.wasm', (route) => route.abort()));

test('sign-in works without the WASM', async ({ page, screens, server, customer, mailbox }) => {
  await screens.request.open();
  await screens.request.requestCode('email', 'jo@');
  await screens.request.assertError(/^Enter an email address/);
  await screens.request.assertContact('email', 'jo@');
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
  const code = await mailbox.codeTo(customer.email);
  await screens.verify.submitCode(wrongCode(code));
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
  await server.advance(61);
  await screens.verify.resendButton.click();
  await expect(screens.verify.notice).toContainText('OTP sent successfully.');
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
  await screens.account.signOutButton.click();
  await screens.request.assertLoaded();
  await page.goto('/account/');
  await screens.request.assertOpen();
});

test('the contact can be changed without the WASM', async ({ screens, customer, texts, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await screens.verify.changeContactButton().click();
  await screens.request.requestCode('phone', customer.phone);
  await screens.verify.assertLoaded('phone');
  await screens.verify.submitCode((await texts.next()).code);
  await screens.account.assertLoaded();
});
