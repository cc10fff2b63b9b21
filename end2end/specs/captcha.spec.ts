import { expect, test } from '../support/captcha.ts';

const RETRY_MESSAGE = /^Many codes were asked for from your network\. You can ask for the next in \d+ minutes\.$/;

test('above the soft limit a browser solves a proof of work or is told when to retry', async ({ screens, hydrated, customer, mailbox, reachSoftLimit }) => {
  await reachSoftLimit();
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  if (hydrated) {
    await screens.verify.assertLoaded('email');
    await screens.verify.submitCode(await mailbox.codeTo(customer.email));
    return screens.account.assertLoaded();
  }
  await screens.request.assertError(RETRY_MESSAGE);
  await screens.request.assertContact('email', customer.email);
  expect(await mailbox.mailsTo(customer.email)).toHaveLength(0);
});
