import { Doorcode, type Customer } from '../lib/doorcode.mjs';
import { expect, test as base } from './fixtures.ts';

interface CaptchaFixtures {
  /** Uses up, from another browser, the messages that the network gets without a proof. */
  reachSoftLimit: () => Promise<void>;
}

/** Tests with a server that requires a proof from every network after one message. */
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

  reachSoftLimit: ({ server, customer }, use) => use(() => askElsewhere(server, customer)),
});

export { expect };

async function askElsewhere(server: Doorcode, { phone }: Customer): Promise<void> {
  const reply = await fetch(`${server.url}/otp/request/`, {
    method: 'POST',
    headers: { accept: 'application/json', origin: server.url },
    body: new URLSearchParams({ contact_type: 'phone', contact_value: phone }),
  });
  // An earlier test may have reached the limit already.
  expect([200, 429]).toContain(reply.status);
}
