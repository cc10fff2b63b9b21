// Notifies waiting code that an event has occurred.

export class Notify {
  /** @type {(() => void)[]} */
  #waiters = [];

  /** Wakes up all current callers of `notified`. */
  notifyAll() {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Waits for the next call of `notifyAll`. */
  async notified() {
    await new Promise((resolve) => this.#waiters.push(() => resolve(undefined)));
  }
}
