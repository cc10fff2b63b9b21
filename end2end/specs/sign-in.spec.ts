import { expect, test } from '../support/fixtures.ts';

test('a customer signs in with the code from their email', async ({ screens, customer, askByEmail }) => {
  const code = await askByEmail();
  await screens.verify.assertAttempts(5);
  await screens.verify.answer(code);
  await screens.account.assertLoaded();
  await screens.account.assertShows(customer.name);
  await expect(screens.account.notice).toHaveText('You are signed in.');
});

test('a customer signs in with the code from a text message', async ({ screens, customer, askByPhone }) => {
  await screens.verify.answer(await askByPhone());
  await screens.account.assertLoaded();
  await screens.account.assertShows(customer.name);
});

test('pressing Enter sends both forms', async ({ screens, customer, mailbox, page }) => {
  await screens.request.open();
  await screens.request.fill('email', customer.email);
  await page.keyboard.press('Enter');
  await screens.verify.assertLoaded();
  const code = await mailbox.codeTo(customer.email);
  await screens.verify.field.pressSequentially(code);
  await page.keyboard.press('Enter');
  await screens.account.assertLoaded();
});

test('the account hides most of the contacts', async ({ page, signIn, customer }) => {
  await signIn();
  await expect(page.getByText(customer.email)).toHaveCount(0);
  await expect(page.getByText(customer.phone)).toHaveCount(0);
});

test('a customer who came from a page of the site goes back to it', async ({ page, screens, customer, mailbox }) => {
  await screens.request.open('?next=/account/%3Ffrom%3Dbill');
  await screens.request.ask('email', customer.email);
  await screens.verify.assertLoaded();
  await screens.verify.answer(await mailbox.codeTo(customer.email));
  await screens.account.assertLoaded();
  await expect(page).toHaveURL(/\/account\/\?from=bill$/);
});

for (const elsewhere of ['https://evil.example/', '//evil.example/', '/\\evil.example/']) {
  test(`nobody is led to another site by next=${elsewhere}`, async ({ page, screens, customer, mailbox }) => {
    await screens.request.open(`?next=${encodeURIComponent(elsewhere)}`);
    await screens.request.ask('email', customer.email);
    await screens.verify.assertLoaded();
    await screens.verify.answer(await mailbox.codeTo(customer.email));
    await screens.account.assertLoaded();
    await expect(page).toHaveURL(/\/account\/$/);
  });
}

test('the request screen leads to a code that is on its way', async ({ page, screens, askByEmail }) => {
  const code = await askByEmail();
  await screens.request.open();
  await screens.request.assertLoaded();
  await page.getByRole('link', { name: 'Enter that code' }).click();
  await screens.verify.assertLoaded();
  await screens.verify.answer(code);
  await screens.account.assertLoaded();
});

test('a customer who is signed in is not asked again', async ({ page, screens, signIn }) => {
  await signIn();
  for (const path of ['/', '/otp/request/', '/otp/verify/']) {
    await page.goto(path);
    await screens.account.assertOpen();
  }
});

test('the back button after signing in does not ask for the code again', async ({ page, screens, signIn }) => {
  await signIn();
  await page.goBack();
  await screens.account.assertOpen();
});
