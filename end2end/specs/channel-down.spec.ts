import { Client } from '../lib/client.mjs';
import { Doorcode } from '../lib/doorcode.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { expect, test as base } from '../support/fixtures.ts';

/** The consecutive failures that open the circuit breaker of a relay. */
const FAILURE_THRESHOLD = 5;
const BREAKER_OPEN_S = 30;

/** Tests with a mail server that goes down and comes back. */
const test = base.extend<object, { relay: SmtpSink; server: Doorcode }>({
  relay: [
    async ({}, use) => {
      const relay = new SmtpSink();
      await use(relay);
      relay.stop();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ relay }, use) => {
      const server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await relay.start() });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

async function requestFromOtherBrowser({ url }: Doorcode, email: string): Promise<void> {
  await new Client(url).post('/otp/request/', { contact_type: 'email', contact_value: email });
}

test('the email option is disabled and explained while the mail relay is down', async ({ page, screens, server, relay, customer, texts }) => {
  test.slow();
  relay.stop();
  for (let failure = 0; failure < FAILURE_THRESHOLD; failure += 1) {
    const other = { name: 'Somebody Else', email: `${failure}-${customer.email}`, phone: `+120255${failure}${customer.phone.slice(-4)}` };
    await server.addCustomer(other);
    await requestFromOtherBrowser(server, other.email);
  }
  await expect(async () => {
    await screens.request.open();
    await expect(screens.request.radio('email')).toBeDisabled({ timeout: 100 });
  }).toPass();
  await screens.request.assertLoaded();
  await expect(screens.request.radio('email')).toHaveAccessibleDescription('Emails do not work at the moment.');
  await expect(page.getByText('Emails do not work at the moment.')).toBeVisible();
  await expect(screens.request.radio('phone')).toBeChecked();
  await expect(page.getByRole('textbox', { name: 'Mobile number' })).toBeVisible();
  await page.screenshot({ path: `test-results/screens/channel-down-${test.info().project.name}.png`, fullPage: true });
  await screens.request.field.fill(customer.phone);
  await screens.request.sendButton.click();
  await screens.verify.assertLoaded('phone');
  await screens.verify.submitCode((await texts.next()).code);
  await screens.account.assertLoaded();
  await screens.account.signOutButton.click();

  await relay.start();
  await server.advance(BREAKER_OPEN_S + 1);
  await screens.request.open();
  await expect(screens.request.radio('email')).toBeEnabled();
  const mail = relay.nextCode(customer.email);
  await screens.request.requestCode('email', customer.email);
  await screens.verify.assertLoaded('email');
  await screens.verify.submitCode(await mail);
  await screens.account.assertLoaded();
});
