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
 * Calls `poll` until it returns neither undefined nor false, and returns that value.
 * @template T
 * @param {string} what the condition, for the error message
 * @param {() => T | Promise<T>} poll
 * @param {number} [timeout] milliseconds
 * @returns {Promise<Exclude<T, undefined | false>>}
 */
export async function waitFor(what, poll, timeout = 10_000) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const result = await poll();
    if (result !== undefined && result !== false) return /** @type {Exclude<T, undefined | false>} */ (result);
    if (Date.now() > deadline) throw new Error(`timed out after ${timeout} ms while waiting for ${what}`);
    await sleep(25);
  }
}

/**
 * Calls `task` for each number below `count`, with `concurrency` calls in parallel.
 * @param {number} concurrency
 * @param {number} count
 * @param {(index: number) => Promise<void>} task
 */
export async function inParallel(concurrency, count, task) {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
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
    this.exited = once(this.child, 'close').catch((error) => this.#append(String(error)));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => this.#append(text));
    }
  }

  /** @param {string} text */
  #append(text) {
    this.output += text;
  }

  get pid() {
    return this.child.pid ?? 0;
  }

  get hasExited() {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  /**
   * @param {string} what
   * @param {() => unknown} isReady
   */
  async waitUntilReady(what, isReady) {
    try {
      await waitFor(what, async () => this.hasExited || Boolean(await isReady()), 20_000);
    } catch (error) {
      await this.stop();
      throw new Error(`${this.name}: ${error}\n${this.output}`);
    }
    if (this.hasExited) throw new Error(`${this.name} exited while it started:\n${this.output}`);
  }

  /**
   * @param {NodeJS.Signals} signal
   * @param {number} timeout milliseconds after which the program is killed
   */
  async stop(signal = 'SIGTERM', timeout = 5_000) {
    if (this.hasExited) return;
    this.child.kill(signal);
    const killer = setTimeout(() => this.child.kill('SIGKILL'), timeout);
    await this.exited;
    clearTimeout(killer);
  }
}
