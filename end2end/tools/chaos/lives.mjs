// The lives of one server: it is killed and started again, and its clients wait for the next life.
import { waitFor } from '../../lib/process.mjs';

export class Lives {
  /** The times of the kills. @type {number[]} */
  kills = [];
  /** The times of the starts after them. @type {number[]} */
  starts = [];
  /** Milliseconds from a start to the first reply. @type {number[]} */
  pauses = [];
  panics = 0;
  isUp = true;

  /** @param {import('./stage.mjs').Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  /** Kills the server (kill -9) and starts it again immediately. */
  async crash() {
    this.isUp = false;
    this.kills.push(Date.now());
    await this.stage.server.kill();
    this.panics += this.stage.panics;
    this.starts.push(Date.now());
    await this.stage.server.restart();
    this.pauses.push(Date.now() - Number(this.starts.at(-1)));
    this.isUp = true;
  }

  async up() {
    await waitFor('the next life of the server', () => this.isUp, 30_000);
  }

  /**
   * Repeats `act` until it succeeds, because a kill may cut it off.
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T>}
   */
  async insist(act) {
    for (;;) {
      await this.up();
      const life = this.kills.length;
      try {
        return await act();
      } catch (error) {
        if (this.isUp && this.kills.length === life) throw error;
      }
    }
  }
}
