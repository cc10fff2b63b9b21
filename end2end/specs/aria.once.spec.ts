import { expect, test, wrongCode } from '../support/fixtures.ts';

// Snapshots of the accessibility trees, with patterns in place of variable values. To update them,
// run `npx playwright test aria --update-snapshots`.

test('the accessibility tree of the request screen matches the snapshot', async ({ page, screens }) => {
  await screens.request.open();
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'request.aria.yml' });
});

test('the accessibility tree of the request screen with an error matches the snapshot', async ({ page, screens }) => {
  await screens.request.open();
  await screens.request.requestCode('email', 'jo@');
  await screens.request.assertError(/^Enter an email address/);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'request-error.aria.yml' });
});

test('the accessibility tree of the verify screen matches the snapshot', async ({ page, screens, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await expect(screens.verify.delivery).toHaveText(/^Sent\./);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'verify.aria.yml' });
});

test('the accessibility tree of the verify screen with an error matches the snapshot', async ({ page, screens, requestCodeByEmail }) => {
  await screens.verify.submitCode(wrongCode(await requestCodeByEmail()));
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
  await expect(screens.verify.delivery).toHaveText(/^Sent\./);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'verify-error.aria.yml' });
});

test('the accessibility tree of the verify screen with an expired code matches the snapshot', async ({ page, screens, server, requestCodeByEmail }) => {
  await requestCodeByEmail();
  await server.advance(301);
  await page.reload();
  await screens.verify.assertLoaded();
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'expired.aria.yml' });
});

test('the accessibility tree of the verify screen without attempts left matches the snapshot', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  for (const which of [1, 2, 3, 4]) {
    await screens.verify.submitCode(wrongCode(code, which));
    await screens.verify.assertAttempts(5 - which);
  }
  await screens.verify.submitCode(wrongCode(code, 5));
  await screens.verify.assertExhausted();
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'exhausted.aria.yml' });
});

test('the accessibility tree of the account screen matches the snapshot', async ({ page, signIn }) => {
  await signIn();
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'account.aria.yml' });
});

test('live regions exist and are empty when a screen loads', async ({ page, screens, requestCodeByEmail }) => {
  await screens.request.open();
  for (const id of ['offline', 'form-status', 'suggestion']) {
    await expect(page.locator(`#${id}`)).toHaveRole('status');
    await expect(page.locator(`#${id}`)).toBeEmpty();
  }
  await requestCodeByEmail();
  for (const [id, role] of [['offline', 'status'], ['form-status', 'status'], ['live-phase', 'status'], ['live-expiry', 'alert']] as const) {
    await expect(page.locator(`#${id}`)).toHaveRole(role);
    await expect(page.locator(`#${id}`)).toBeEmpty();
  }
  // A region with `display: none` is not in the accessibility tree, and screen readers often miss
  // its first announcement.
  for (const id of ['offline', 'form-status', 'live-phase', 'live-expiry']) {
    await expect(page.locator(`#${id}`)).not.toHaveCSS('display', 'none');
  }
});
