import { Doorcode } from '../lib/doorcode.mjs';
import { expect, test as base } from './fixtures.ts';

export { expect };

/**
 * Returns a `test` whose server has these settings. The mail server is the same as in other tests.
 */
export function testWithSettings(settings: Record<string, string>) {
  return base.extend<object, { server: Doorcode }>({
    server: [
      async ({ mailbox }, use) => {
        const email = { DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: mailbox.smtpUrl };
        const server = await Doorcode.start({ ...email, ...settings });
        await use(server);
        await server.stop();
      },
      { scope: 'worker', timeout: 60_000 },
    ],
  });
}
