// A Doorcode server of its own: temporary directory, port, database, key and clock.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { binary, root, site } from './paths.mjs';
import { Program, freePort } from './process.mjs';

const run = promisify(execFile);

/**
 * @typedef {object} Customer
 * @property {string} name
 * @property {string} email
 * @property {string} phone
 */

/**
 * How one start differs from the others.
 * @typedef {object} Launch
 * @property {NodeJS.ProcessEnv} [env] added to the server's environment
 * @property {string[]} [under] a command that runs the program and keeps its process id, with arguments
 */

/** One of as many customers as a tool needs.
 * @param {number} index
 * @returns {Customer} */
export const customer = (index) => ({
  name: `Customer ${index}`,
  email: `customer${index}@example.com`,
  phone: `+1202555${1000 + index}`,
});

const endless = '1000000';

/** All customers of a test come from one address. */
const oneAddress = {
  DOORCODE__LIMITS__NETWORK_MESSAGES_PER_HOUR: endless,
  DOORCODE__LIMITS__NETWORK_MESSAGES_BEFORE_PROOF: endless,
  DOORCODE__LIMITS__NETWORK_MISSES_PER_HOUR: endless,
  DOORCODE__LIMITS__EMAILS_PER_HOUR: endless,
  DOORCODE__LIMITS__TEXTS_PER_HOUR: endless,
  DOORCODE__LIMITS__TEXTS_PER_DAY: endless,
  DOORCODE__LIMITS__RANGE_TEXTS_PER_DAY: endless,
  DOORCODE__LIMITS__BREAKER_GUESSES_PER_DAY: endless,
  DOORCODE__LIMITS__BREAKER_CEILING_PER_DAY: endless,
};

/** For tools whose customers sign in many times, each time in a new browser. */
export const withoutContactLimits = {
  DOORCODE__LIMITS__CONTACT_EMAILS_PER_HOUR: endless,
  DOORCODE__LIMITS__CONTACT_EMAILS_PER_DAY: endless,
  DOORCODE__OTP__ACCEPT_ODDS: '1',
};

export class Doorcode {
  /** Seconds that the server's clock is ahead. It never goes back, as no clock of a server does. */
  #ahead = 0;

  /**
   * @param {string} directory
   * @param {string} url
   * @param {NodeJS.ProcessEnv} env
   */
  constructor(directory, url, env) {
    this.directory = directory;
    this.url = url;
    this.env = env;
    this.program = this.#serve({});
  }

  /**
   * @param {Record<string, string>} settings environment overrides, by their full names
   * @param {string} parent of its directory
   */
  static async start(settings = {}, parent = tmpdir()) {
    if (!existsSync(binary)) throw new Error(`${binary} is missing; run make build`);
    const directory = await mkdtemp(join(parent, 'doorcode-'));
    const address = `127.0.0.1:${await freePort()}`;
    const url = `http://${address}`;
    await writeFile(join(directory, 'clock'), '0');
    const server = new Doorcode(directory, url, {
      ...process.env,
      // The tools read the log.
      NO_COLOR: '1',
      DOORCODE__SERVER__ENV: 'DEV',
      DOORCODE__SERVER__ADDRESS: address,
      DOORCODE__SERVER__SITE_ROOT: site,
      DOORCODE__SERVER__CLOCK_OFFSET_FILE: join(directory, 'clock'),
      DOORCODE__BRAND__PUBLIC_URL: url,
      DOORCODE__DATABASE__URL: `sqlite://${directory}/doorcode.db`,
      DOORCODE__KEYS__FILES: join(directory, 'doorcode.key'),
      DOORCODE__SMS__BACKEND: 'console',
      ...oneAddress,
      ...settings,
    });
    await server.#isReady();
    return server;
  }

  /** @param {Launch} launch */
  #serve({ env = {}, under = [] }) {
    const [command, ...args] = [...under, binary, 'serve'];
    return new Program(command, args, { cwd: root, env: { ...this.env, ...env } });
  }

  async #isReady() {
    await this.program.ready('the server to listen', () => this.#answers());
  }

  async #answers() {
    if (!this.output.includes('listening on ')) return false;
    // After a restart a connection of the earlier program may still be in fetch's pool.
    return fetch(`${this.url}/health/ready`).then(({ ok }) => ok, () => false);
  }

  /** Everything the server wrote since its last start. */
  get output() {
    return this.program.output;
  }

  get pid() {
    return this.program.pid;
  }

  /** The database's file. */
  get database() {
    return String(this.env.DOORCODE__DATABASE__URL).replace(/^sqlite:\/\//, '');
  }

  /** The file of the key that derives. */
  get keyFile() {
    return String(this.env.DOORCODE__KEYS__FILES);
  }

  /** @param {Customer} customer */
  async addCustomer({ name, email, phone }) {
    await run(binary, ['customer', 'add', '--name', name, '--email', email, '--phone', phone], { cwd: root, env: this.env });
  }

  /**
   * Disables the customers with these numbers, which count from 1.
   * @param {number} first
   * @param {number} last
   */
  async disableCustomers(first, last) {
    for (let id = first; id <= last; id += 1) {
      await run(binary, ['customer', 'disable', String(id)], { cwd: root, env: this.env });
    }
  }

  /**
   * Moves the server's clock. The file is replaced, never rewritten: the server may be reading it.
   * @param {number} seconds
   */
  async advance(seconds) {
    this.#ahead += seconds;
    const file = join(this.directory, 'clock');
    await writeFile(`${file}.new`, String(this.#ahead));
    await rename(`${file}.new`, file);
  }

  /** Ends the program as a crash does: no time for anything. */
  async kill() {
    await this.program.stop('SIGKILL');
  }

  /**
   * Asks the program to end, and kills it when that takes longer than `patience`.
   * @param {number} patience milliseconds
   * @returns {Promise<number | null>} the exit code; null if it had to be killed
   */
  async terminate(patience) {
    await this.program.stop('SIGTERM', patience);
    return this.program.child.exitCode;
  }

  /**
   * Starts the program again after its end: same directory, port and settings.
   * @param {Launch} [launch]
   */
  async restart(launch = {}) {
    this.program = this.#serve(launch);
    await this.#isReady();
  }

  async stop() {
    await this.program.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
