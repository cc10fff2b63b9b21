// The lives of one server: it is killed and started again, and who talks to it waits for the next life.
import { waitFor } from '../../lib/process.mjs';

export class Lives {
  /** When it was killed. @type {number[]} */
  kills = [];
  /** When it was started after that. @type {number[]} */
  starts = [];
  /** How long it took to answer again. @type {number[]} */
  pauses = [];
  panics = 0;
  isUp = true;

  /** @param {import('./stage.mjs').Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  /** Kill -9, and the next start at once. */
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
   * Does until it is answered what a kill may cut off.
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
