// Random numbers that a seed reproduces.

/** Mulberry32: small, and good enough for times and delays. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed;
  }

  /** Returns a number from 0 to below 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /**
   * @param {number} least
   * @param {number} most
   */
  between(least, most) {
    return least + this.next() * (most - least);
  }

  /**
   * Returns the time to the next arrival, if arrivals are independent (a Poisson process).
   * @param {number} mean
   */
  gap(mean) {
    return -Math.log(1 - this.next()) * mean;
  }

  /** Returns another generator, which further use of this one does not change. */
  fork() {
    return new Random(Math.floor(this.next() * 2 ** 32));
  }
}
