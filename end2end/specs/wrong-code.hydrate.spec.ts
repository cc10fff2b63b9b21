import { trackPageLoad } from '../support/browser-helpers.ts';
import { expect, test, wrongCode } from '../support/fixtures.ts';

test('a wrong code shows the error without a page load and is selected', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const wasLoaded = await trackPageLoad(page);
  await screens.verify.submitCode(wrongCode(code));
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
  await screens.verify.assertAttempts(4);
  await screens.verify.assertSelected(wrongCode(code));
  await expect(screens.verify.field).toHaveAttribute('aria-invalid', 'true');
  expect(await wasLoaded()).toBe(false);
});

test('typing replaces a wrong code and clears the invalid state', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await screens.verify.submitCode(wrongCode(code));
  await screens.verify.assertSelected(wrongCode(code));
  await page.keyboard.type(code);
  await expect(screens.verify.field).toHaveValue(code);
  await expect(screens.verify.field).not.toHaveAttribute('aria-invalid');
  await page.keyboard.press('Enter');
  await screens.account.assertLoaded();
});

test('the error link focuses the code field', async ({ screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await screens.verify.submitCode(wrongCode(code));
  await screens.verify.errorLink.click();
  await expect(screens.verify.field).toBeFocused();
});

test('resubmitting the same wrong code counts no further attempt', async ({ page, screens, requestCodeByEmail }) => {
  const code = wrongCode(await requestCodeByEmail());
  await screens.verify.submitCode(code);
  await screens.verify.assertAttempts(4);
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  await screens.verify.field.press('Enter');
  await page.getByRole('button', { name: 'Continue' }).click();
  await screens.verify.assertSelected(code);
  // If it is typed again, its error is announced again.
  await page.keyboard.type(code);
  await expect(screens.verify.field).not.toHaveAttribute('aria-invalid');
  await screens.verify.field.press('Enter');
  await expect(screens.verify.field).toHaveAttribute('aria-invalid', 'true');
  await screens.verify.assertSelected(code);
  await screens.verify.assertAttempts(4);
  expect(posts).toEqual([]);
});
