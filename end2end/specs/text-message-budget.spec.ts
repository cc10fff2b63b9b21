import { Doorcode } from '../lib/doorcode.mjs';
import { expect, test as base } from '../support/fixtures.ts';

/** Tests with a daily budget of 0 for text messages. */
const test = base.extend<object, { server: Doorcode }>({
  server: [
    async ({ mailbox }, use) => {
      const settings = { DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: mailbox.smtpUrl };
      const server = await Doorcode.start({ ...settings, DOORCODE__SMS__DAILY_BUDGET: '0' });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

test('an unknown device is directed to email while the text message budget is spent', async ({ screens, customer, mailbox }) => {
  await screens.request.open();
  await screens.request.assertLoaded();
  await expect(screens.request.radio('email')).toBeChecked();
  await expect(screens.request.radio('phone')).toHaveAccessibleDescription(/^Text messages go only to browsers/);
  await screens.request.requestCode('phone', customer.phone);
  await screens.request.assertError(/^We cannot send text messages to new browsers at the moment\./);
  await screens.request.assertContact('phone', customer.phone);
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded('email');
  await expect(screens.verify.switchButton('phone')).toHaveCount(0);
  await screens.verify.submitCode(await mailbox.codeTo(customer.email));
  await screens.account.assertLoaded();
});
