import { Doorcode, type Customer } from '../lib/doorcode.mjs';
import { expect, test as base } from './fixtures.ts';

interface CaptchaFixtures {
  /** Sends messages from another browser until the network needs a proof of work. */
  reachSoftLimit: () => Promise<void>;
}

/** Tests with a server that requires a proof of work from a network after one message. */
export const test = base.extend<CaptchaFixtures, { server: Doorcode }>({
  server: [
    async ({ mailbox }, use) => {
      const settings = { DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: mailbox.smtpUrl };
      const server = await Doorcode.start({ ...settings, DOORCODE__LIMITS__NETWORK_MESSAGES_BEFORE_CAPTCHA: '1' });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  reachSoftLimit: ({ server, customer }, use) => use(() => requestFromOtherBrowser(server, customer)),
});

export { expect };

async function requestFromOtherBrowser(server: Doorcode, { phone }: Customer): Promise<void> {
  const response = await fetch(`${server.url}/otp/request/`, {
    method: 'POST',
    headers: { accept: 'application/json', origin: server.url },
    body: new URLSearchParams({ contact_type: 'phone', contact_value: phone }),
  });
  // An earlier test may have reached the limit already.
  expect([200, 429]).toContain(response.status);
}
