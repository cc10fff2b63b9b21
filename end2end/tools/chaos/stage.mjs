// A server with customers, and the relay that it sends its emails to.
import { Doorcode, customer, withoutContactLimits } from '../../lib/doorcode.mjs';
import { SmtpSink } from '../../lib/smtp-sink.mjs';

/**
 * @typedef {object} StageOptions
 * @property {import('../../lib/smtp-sink.mjs').Delays} [delays] of the relay
 * @property {string} [parent] the parent of the server's directory
 * @property {Record<string, string>} [settings] of the server
 */

/** @type {Set<Stage>} */
const open = new Set();

// No server outlives the harness, however it ends.
process.on('exit', () => open.forEach((stage) => stage.server.program.child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

export class Stage {
  /**
   * @param {Doorcode} server
   * @param {SmtpSink} relay
   * @param {string[]} emails
   */
  constructor(server, relay, emails) {
    this.server = server;
    this.relay = relay;
    /** The customers' email addresses. */
    this.emails = emails;
  }

  /**
   * @param {number} customers
   * @param {StageOptions} [options]
   */
  static async open(customers, { delays, parent, settings = {} } = {}) {
    const relay = new SmtpSink(delays);
    const email = { DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await relay.start() };
    const server = await Doorcode.start({ ...withoutContactLimits, ...email, ...settings }, parent);
    const people = Array.from({ length: customers }, (_, index) => customer(index));
    const stage = new Stage(server, relay, people.map(({ email }) => email));
    open.add(stage);
    for (const person of people) await server.addCustomer(person);
    return stage;
  }

  get panics() {
    return this.server.output.match(/panicked at|\bpanic location=/g)?.length ?? 0;
  }

  async close() {
    await this.server.kill();
    await this.server.stop();
    this.relay.stop();
    open.delete(this);
  }
}

/** Closes the stages that a phase left open because it took too long. */
export async function closeAll() {
  for (const stage of open) await stage.close();
}

/**
 * @template T
 * @param {Stage} stage
 * @param {() => Promise<T>} act
 */
export async function on(stage, act) {
  try {
    return await act();
  } finally {
    await stage.close();
  }
}
