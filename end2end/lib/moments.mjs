// Moments that other code waits for or aims at.

export class Moments {
  /** @type {(() => void)[]} */
  #waiting = [];

  /** Ends the wait of all callers of `next`. */
  come() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Waits for the next moment. */
  async next() {
    await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
  }
}
