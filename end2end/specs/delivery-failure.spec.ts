import { Doorcode } from '../lib/doorcode.mjs';
import { RejectingRelay } from '../lib/rejecting-relay.mjs';
import { expect, test as base } from '../support/fixtures.ts';

const FAILED = 'Nobody has this email address. Check it for typing mistakes. Get the code by text message?';

/** Tests with a mail server that rejects every recipient as unknown. */
const test = base.extend<object, { server: Doorcode }>({
  server: [
    async ({}, use) => {
      const relay = new RejectingRelay();
      const server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await relay.start() });
      await use(server);
      await server.stop();
      relay.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

test('a customer whose mail is rejected sees the failure and can get the code by text message', async ({ screens, customer, texts }) => {
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded('email');
  await screens.verify.assertDelivery('failed', FAILED);
  await expect(screens.verify.notice).toBeEmpty();
  await screens.verify.assertLoaded('email');
  // A customer who sees that delivery failed does not have to wait for the cooldown.
  await screens.verify.switchButton('phone').click();
  await screens.verify.assertLoaded('phone');
  await expect(screens.verify.lead).toContainText('the mobile number on your account');
  await screens.verify.submitCode((await texts.next()).code);
  await screens.account.assertLoaded();
});
