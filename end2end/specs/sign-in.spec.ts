import { expect, test } from '../support/fixtures.ts';

test('a customer signs in with the code from their email', async ({ screens, customer, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await screens.verify.assertAttempts(5);
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
  await screens.account.assertShows(customer.name);
  await expect(screens.account.notice).toHaveText('You are signed in.');
});

test('a customer signs in with the code from a text message', async ({ screens, customer, requestCodeByText }) => {
  await screens.verify.submitCode(await requestCodeByText());
  await screens.account.assertLoaded();
  await screens.account.assertShows(customer.name);
});

test('pressing Enter submits both forms', async ({ screens, customer, mailbox, page }) => {
  await screens.request.open();
  await screens.request.fill('email', customer.email);
  await page.keyboard.press('Enter');
  await screens.verify.assertLoaded();
  const code = await mailbox.codeTo(customer.email);
  await screens.verify.field.pressSequentially(code);
  await page.keyboard.press('Enter');
  await screens.account.assertLoaded();
});

test('the account page masks the contacts', async ({ page, signIn, customer }) => {
  await signIn();
  await expect(page.getByText(customer.email)).toHaveCount(0);
  await expect(page.getByText(customer.phone)).toHaveCount(0);
});

test('sign-in redirects to the path in the next parameter', async ({ page, screens, customer, mailbox }) => {
  await screens.request.open('?next=/account/%3Ffrom%3Dbill');
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded();
  await screens.verify.submitCode(await mailbox.codeTo(customer.email));
  await screens.account.assertLoaded();
  await expect(page).toHaveURL(/\/account\/\?from=bill$/);
});

for (const elsewhere of ['https://evil.example/', '//evil.example/', '/\\evil.example/']) {
  test(`sign-in does not redirect to another site with next=${elsewhere}`, async ({ page, screens, customer, mailbox }) => {
    await screens.request.open(`?next=${encodeURIComponent(elsewhere)}`);
    await screens.request.requestCode('email', customer.email);
    await screens.verify.assertLoaded();
    await screens.verify.submitCode(await mailbox.codeTo(customer.email));
    await screens.account.assertLoaded();
    await expect(page).toHaveURL(/\/account\/$/);
  });
}

test('the request screen links to a pending code', async ({ page, screens, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await screens.request.open();
  await screens.request.assertLoaded();
  await page.getByRole('link', { name: 'Enter that code' }).click();
  await screens.verify.assertLoaded();
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
});

test('a signed-in customer is redirected to the account', async ({ page, screens, signIn }) => {
  await signIn();
  for (const path of ['/', '/otp/request/', '/otp/verify/']) {
    await page.goto(path);
    await screens.account.assertOpen();
  }
});

test('back navigation after sign-in shows the account', async ({ page, screens, signIn }) => {
  await signIn();
  await page.goBack();
  await screens.account.assertOpen();
});
