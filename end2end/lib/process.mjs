// Child processes whose output is captured, and free ports for them.
import { spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Returns a free port of the loopback interface. It is below the ports for outgoing connections
 * (from 32768 on Linux), so that no connection takes it before the program listens.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    if (await isFree(port)) return port;
  }
}

/** @param {number} port */
async function isFree(port) {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/**
 * Whether a program with a `--version` option is installed.
 * @param {string} command
 */
export const isInstalled = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * Calls `ask` until it returns neither undefined nor false, and returns that value.
 * @template T
 * @param {string} what for the error message after a timeout
 * @param {() => T | Promise<T>} ask
 * @param {number} [timeout] milliseconds
 * @returns {Promise<Exclude<T, undefined | false>>}
 */
export async function waitFor(what, ask, timeout = 10_000) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return /** @type {Exclude<T, undefined | false>} */ (answer);
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms for ${what}`);
    await sleep(25);
  }
}

/**
 * Calls `act` for each number below `count`, with `atOnce` calls in parallel.
 * @param {number} atOnce
 * @param {number} count
 * @param {(index: number) => Promise<void>} act
 */
export async function inParallel(atOnce, count, act) {
  let next = 0;
  const work = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/**
 * A running program. Its standard output and standard error are captured in the order of arrival.
 */
export class Program {
  /**
   * @param {string} command
   * @param {string[]} args
   * @param {import('node:child_process').SpawnOptions} options
   */
  constructor(command, args, options = {}) {
    this.output = '';
    this.name = `${command.split('/').pop()} ${args.join(' ')}`.trim();
    this.child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'close').catch((error) => this.#keep(String(error)));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => this.#keep(text));
    }
  }

  /** @param {string} text */
  #keep(text) {
    this.output += text;
  }

  get pid() {
    return this.child.pid ?? 0;
  }

  get hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  /**
   * @param {string} what
   * @param {() => unknown} isReady
   */
  async ready(what, isReady) {
    try {
      await waitFor(what, async () => this.hasEnded || Boolean(await isReady()), 20_000);
    } catch (error) {
      await this.stop();
      throw new Error(`${this.name}: ${error}\n${this.output}`);
    }
    if (this.hasEnded) throw new Error(`${this.name} ended while it started:\n${this.output}`);
  }

  /**
   * @param {NodeJS.Signals} signal
   * @param {number} patience milliseconds after which the program is killed
   */
  async stop(signal = 'SIGTERM', patience = 5_000) {
    if (this.hasEnded) return;
    this.child.kill(signal);
    const killer = setTimeout(() => this.child.kill('SIGKILL'), patience);
    await this.ended;
    clearTimeout(killer);
  }
}
