// Kills and restarts a server, and records when. Clients can wait until it is up again.
import { waitFor } from '../../lib/process.mjs';

export class ServerLifecycle {
  /** The times of the kills. @type {number[]} */
  killTimes = [];
  /** The times of the starts after them. @type {number[]} */
  startTimes = [];
  /** Milliseconds from a start to the first reply. @type {number[]} */
  startupDurations = [];
  panics = 0;
  isUp = true;

  /** @param {import('./test-environment.mjs').TestEnvironment} environment */
  constructor(environment) {
    this.environment = environment;
  }

  /** Kills the server (kill -9) and starts it again immediately. */
  async killAndRestart() {
    this.isUp = false;
    this.killTimes.push(Date.now());
    await this.environment.server.kill();
    this.panics += this.environment.panics;
    this.startTimes.push(Date.now());
    await this.environment.server.restart();
    this.startupDurations.push(Date.now() - Number(this.startTimes.at(-1)));
    this.isUp = true;
  }

  async waitUntilUp() {
    await waitFor('the server to be up again', () => this.isUp, 30_000);
  }

  /**
   * Retries `act` if a kill interrupts it.
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T>}
   */
  async retryAfterKills(act) {
    for (;;) {
      await this.waitUntilUp();
      const killCount = this.killTimes.length;
      try {
        return await act();
      } catch (error) {
        if (this.isUp && this.killTimes.length === killCount) throw error;
      }
    }
  }
}
