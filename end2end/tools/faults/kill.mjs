// The server is killed (kill -9) while an email is on its way to a relay that hangs: the next
// process sends it immediately.
import { Client } from '../../lib/client.mjs';
import { waitFor } from '../../lib/process.mjs';
import { Figures } from '../chaos/figures.mjs';
import { Stage, on } from '../chaos/stage.mjs';

/** Seconds from the moment when the next process is ready to the email. */
const LEAVES_WITHIN_S = 3;

/** @returns {Promise<import('../chaos/figures.mjs').Figure[]>} */
export async function kill() {
  const stage = await Stage.open(1);
  return on(stage, async () => {
    const { server, relay } = stage;
    relay.hang();
    const connecting = relay.connections.next();
    const { location } = await new Client(server.url).post('/otp/request/', { contact_type: 'email', contact_value: String(stage.emails[0]) });
    await connecting;
    await server.kill();
    relay.resume();
    await server.restart();
    const ready = performance.now();
    await waitFor('the mail', () => relay.mails.length > 0, 60_000).catch(() => {});
    const seconds = relay.mails.length > 0 ? (performance.now() - ready) / 1000 : Number.POSITIVE_INFINITY;

    const figures = new Figures('kill');
    figures.holds('the request was accepted', location === '/otp/verify/', String(location));
    figures.atMost('seconds from the next start to the mail', seconds, LEAVES_WITHIN_S);
    figures.atMost('mails', relay.mails.length, 1);
    return figures.list;
  });
}
