// A Doorcode server with its own temporary directory, port, database, key and clock.
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
 * The options of one start of the program.
 * @typedef {object} StartOptions
 * @property {NodeJS.ProcessEnv} [env] added to the server's environment
 * @property {string[]} [wrapper] a command with arguments that runs the program and keeps its
 *   process id
 */

/**
 * Returns the customer with this index.
 * @param {number} index
 * @returns {Customer}
 */
export const customer = (index) => ({
  name: `Customer ${index}`,
  email: `customer${index}@example.com`,
  phone: `+1202555${1000 + index}`,
});

const unlimited = '1000000';

/**
 * Raises the limits that the customers of a test share, because all requests come from one address.
 */
const withoutSharedLimits = {
  DOORCODE__LIMITS__NETWORK_MESSAGES_PER_HOUR: unlimited,
  DOORCODE__LIMITS__NETWORK_MESSAGES_BEFORE_CAPTCHA: unlimited,
  DOORCODE__LIMITS__NETWORK_INVALID_INPUT_PER_HOUR: unlimited,
  DOORCODE__LIMITS__EMAILS_PER_HOUR: unlimited,
  DOORCODE__LIMITS__TEXTS_PER_HOUR: unlimited,
  DOORCODE__LIMITS__TEXTS_PER_DAY: unlimited,
  DOORCODE__LIMITS__RANGE_TEXTS_PER_DAY: unlimited,
  DOORCODE__LIMITS__BREAKER_GUESSES_PER_DAY: unlimited,
  DOORCODE__LIMITS__BREAKER_CEILING_PER_DAY: unlimited,
};

/**
 * Raises the limits per contact, for tools whose customers sign in many times, each time in a new
 * browser.
 */
export const withoutContactLimits = {
  DOORCODE__LIMITS__CONTACT_EMAILS_PER_HOUR: unlimited,
  DOORCODE__LIMITS__CONTACT_EMAILS_PER_DAY: unlimited,
  DOORCODE__OTP__ACCEPT_ODDS: '1',
};

export class Doorcode {
  /**
   * Seconds by which the server's clock is ahead of the real time. The offset never decreases.
   */
  #clockOffset = 0;

  /**
   * @param {string} directory
   * @param {string} url
   * @param {NodeJS.ProcessEnv} env
   */
  constructor(directory, url, env) {
    this.directory = directory;
    this.url = url;
    this.env = env;
    this.program = this.#spawn({});
  }

  /**
   * @param {Record<string, string>} settings environment overrides, by their full names
   * @param {string} parent the parent of its directory
   */
  static async start(settings = {}, parent = tmpdir()) {
    if (!existsSync(binary)) throw new Error(`${binary} is missing; run make build`);
    const directory = await mkdtemp(join(parent, 'doorcode-'));
    const address = `127.0.0.1:${await freePort()}`;
    const url = `http://${address}`;
    await writeFile(join(directory, 'clock'), '0');
    const server = new Doorcode(directory, url, {
      ...process.env,
      // The tools parse the log.
      NO_COLOR: '1',
      DOORCODE__SERVER__ENV: 'DEV',
      DOORCODE__SERVER__ADDRESS: address,
      DOORCODE__SERVER__SITE_ROOT: site,
      DOORCODE__SERVER__CLOCK_OFFSET_FILE: join(directory, 'clock'),
      DOORCODE__BRAND__PUBLIC_URL: url,
      DOORCODE__DATABASE__URL: `sqlite://${directory}/doorcode.db`,
      DOORCODE__KEYS__FILES: join(directory, 'doorcode.key'),
      DOORCODE__SMS__BACKEND: 'console',
      ...withoutSharedLimits,
      ...settings,
    });
    await server.#waitUntilReady();
    return server;
  }

  /** @param {StartOptions} options */
  #spawn({ env = {}, wrapper = [] }) {
    const [command, ...args] = [...wrapper, binary, 'serve'];
    return new Program(command, args, { cwd: root, env: { ...this.env, ...env } });
  }

  async #waitUntilReady() {
    await this.program.waitUntilReady('the server to listen', () => this.#isReady());
  }

  async #isReady() {
    if (!this.output.includes('listening on ')) return false;
    // After a restart, fetch's pool may still hold a connection to the earlier process.
    return fetch(`${this.url}/health/ready`).then(({ ok }) => ok, () => false);
  }

  /** The output of the server since its last start. */
  get output() {
    return this.program.output;
  }

  get pid() {
    return this.program.pid;
  }

  /** The path of the database file. */
  get database() {
    return String(this.env.DOORCODE__DATABASE__URL).replace(/^sqlite:\/\//, '');
  }

  /** The path of the file with the key. */
  get keyFile() {
    return String(this.env.DOORCODE__KEYS__FILES);
  }

  /** @param {Customer} customer */
  async addCustomer({ name, email, phone }) {
    await run(binary, ['customer', 'add', '--name', name, '--email', email, '--phone', phone], { cwd: root, env: this.env });
  }

  /**
   * Disables the customers from `first` to `last`, which count from 1.
   * @param {number} first
   * @param {number} last
   */
  async disableCustomers(first, last) {
    for (let id = first; id <= last; id += 1) {
      await run(binary, ['customer', 'disable', String(id)], { cwd: root, env: this.env });
    }
  }

  /**
   * Moves the server's clock forward. The file is replaced, not rewritten, because the server may
   * be reading it.
   * @param {number} seconds
   */
  async advance(seconds) {
    this.#clockOffset += seconds;
    const file = join(this.directory, 'clock');
    await writeFile(`${file}.new`, String(this.#clockOffset));
    await rename(`${file}.new`, file);
  }

  /** Kills the program as a crash does, without any time to clean up. */
  async kill() {
    await this.program.stop('SIGKILL');
  }

  /**
   * Terminates the program, and kills it if that takes longer than `timeout`.
   * @param {number} timeout milliseconds
   * @returns {Promise<number | null>} the exit code; null if it had to be killed
   */
  async terminate(timeout) {
    await this.program.stop('SIGTERM', timeout);
    return this.program.child.exitCode;
  }

  /**
   * Starts the program again after it has ended, with the same directory, port and settings.
   * @param {StartOptions} [options]
   */
  async restart(options = {}) {
    this.program = this.#spawn(options);
    await this.#waitUntilReady();
  }

  async stop() {
    await this.program.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
