// Moments that something else waits for or aims at.

export class Moments {
  /** @type {(() => void)[]} */
  #waiting = [];

  /** It is now. */
  come() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The next one. */
  async next() {
    await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
  }
}
