// A pseudorandom number generator with a seed.

/** Mulberry32. */
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
   * @param {number} min
   * @param {number} max
   */
  between(min, max) {
    return min + this.next() * (max - min);
  }

  /**
   * Returns an exponentially distributed number: the time to the next arrival in a Poisson process.
   * @param {number} mean
   */
  exponential(mean) {
    return -Math.log(1 - this.next()) * mean;
  }

  /** Returns an independent generator. */
  fork() {
    return new Random(Math.floor(this.next() * 2 ** 32));
  }
}
