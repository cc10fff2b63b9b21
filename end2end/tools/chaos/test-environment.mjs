// A server with customers, and the mail relay that it uses.
import { Doorcode, customer, withoutContactLimits } from '../../lib/doorcode.mjs';
import { SmtpSink } from '../../lib/smtp-sink.mjs';

/**
 * @typedef {object} EnvironmentOptions
 * @property {import('../../lib/smtp-sink.mjs').Delays} [delays] of the relay
 * @property {string} [parent] the parent of the server's directory
 * @property {Record<string, string>} [settings] of the server
 */

/** @type {Set<TestEnvironment>} */
const openEnvironments = new Set();

// Kills the servers when the tool exits, for any reason.
process.on('exit', () => openEnvironments.forEach((environment) => environment.server.program.child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

export class TestEnvironment {
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
   * @param {number} customerCount
   * @param {EnvironmentOptions} [options]
   */
  static async open(customerCount, { delays, parent, settings = {} } = {}) {
    const relay = new SmtpSink(delays);
    const email = { DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await relay.start() };
    const server = await Doorcode.start({ ...withoutContactLimits, ...email, ...settings }, parent);
    const customers = Array.from({ length: customerCount }, (_, index) => customer(index));
    const environment = new TestEnvironment(server, relay, customers.map(({ email }) => email));
    openEnvironments.add(environment);
    for (const one of customers) await server.addCustomer(one);
    return environment;
  }

  get panics() {
    return this.server.output.match(/panicked at|\bpanic location=/g)?.length ?? 0;
  }

  async close() {
    await this.server.kill();
    await this.server.stop();
    this.relay.stop();
    openEnvironments.delete(this);
  }
}

/** Closes the environments that a phase left open because it exceeded its time limit. */
export async function closeAll() {
  for (const environment of openEnvironments) await environment.close();
}

/**
 * Runs a function and then closes the environment.
 * @template T
 * @param {TestEnvironment} environment
 * @param {() => Promise<T>} run
 */
export async function withEnvironment(environment, run) {
  try {
    return await run();
  } finally {
    await environment.close();
  }
}
