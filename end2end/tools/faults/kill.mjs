// The server is killed (kill -9) while it sends an email to a hanging relay. The next process must
// send the email immediately.
import { Client } from '../../lib/client.mjs';
import { waitFor } from '../../lib/process.mjs';
import { Measurements } from '../chaos/measurements.mjs';
import { TestEnvironment, withEnvironment } from '../chaos/test-environment.mjs';

/** Seconds from the time when the next process is ready until the email arrives. */
const DELIVERY_LIMIT_S = 3;

/** @returns {Promise<import('../chaos/measurements.mjs').Measurement[]>} */
export async function kill() {
  const environment = await TestEnvironment.open(1);
  return withEnvironment(environment, async () => {
    const { server, relay } = environment;
    relay.hang();
    const connecting = relay.connected.notified();
    const { location } = await new Client(server.url).post('/otp/request/', { contact_type: 'email', contact_value: String(environment.emails[0]) });
    await connecting;
    await server.kill();
    relay.resume();
    await server.restart();
    const ready = performance.now();
    await waitFor('the mail', () => relay.mails.length > 0, 60_000).catch(() => {});
    const seconds = relay.mails.length > 0 ? (performance.now() - ready) / 1000 : Number.POSITIVE_INFINITY;

    const measurements = new Measurements('kill');
    measurements.check('the request was accepted', location === '/otp/verify/', String(location));
    measurements.atMost('seconds from the next start to the mail', seconds, DELIVERY_LIMIT_S);
    measurements.atMost('mails', relay.mails.length, 1);
    return measurements.list;
  });
}
