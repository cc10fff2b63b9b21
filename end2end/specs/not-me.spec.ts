import { NotMeScreen } from '../pages/not-me-screen.ts';
import { expect, test } from '../support/fixtures.ts';

test('the recipient of an unrequested code can invalidate it with the link in the mail', async ({ page, screens, customer, mailbox, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await screens.notMe.follow(NotMeScreen.extractLink(await mailbox.mailTo(customer.email)));
  await expect(page.getByRole('main')).not.toContainText(customer.email);
  await screens.notMe.confirm();
  await screens.notMe.assertDone('c***@example.com');
  await page.reload();
  await screens.notMe.assertDone('c***@example.com');
  await screens.verify.open();
  await screens.verify.submitCode(code);
  await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
});

test('opening the link does not invalidate the code', async ({ screens, customer, mailbox, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  await screens.notMe.follow(NotMeScreen.extractLink(await mailbox.mailTo(customer.email)));
  await screens.verify.open();
  await screens.verify.submitCode(code);
  await screens.account.assertLoaded();
});

test('reporting a code keeps the customer signed in', async ({ screens, customer, mailbox, signIn }) => {
  await signIn();
  await screens.notMe.follow(NotMeScreen.extractLink(await mailbox.mailTo(customer.email)));
  await screens.notMe.confirm();
  await screens.account.open();
  await screens.account.assertShows(customer.name);
});

test.describe('invalid link', () => {
  test.use({ allowedProblems: [/status of 404/] });

  test('an invalid link shows an error page', async ({ page, screens, customer, mailbox, requestCodeByEmail }) => {
    await requestCodeByEmail();
    const link = NotMeScreen.extractLink(await mailbox.mailTo(customer.email));
    for (const broken of [link.slice(0, -1), '/otp/not-me/', '/otp/not-me/done/?token=abc']) {
      await page.goto(broken);
      await screens.notMe.assertInvalidLink();
    }
  });
});
