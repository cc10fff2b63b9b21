// The measurements of a phase, with their limits.
import { round } from '../../lib/statistics.mjs';

/**
 * @typedef {object} Figure
 * @property {string} phase
 * @property {string} what
 * @property {string | number} measured
 * @property {string} limit empty if the measurement is for information only
 * @property {'' | 'ok' | 'FAILED'} verdict
 */

export class Figures {
  /** @type {Figure[]} */
  list = [];

  /** @param {string} phase */
  constructor(phase) {
    this.phase = phase;
  }

  /**
   * @param {string} what
   * @param {string | number} measured
   */
  tell(what, measured) {
    this.#add(what, measured, '', '');
  }

  /**
   * @param {string} what
   * @param {number} measured NaN fails, because there was nothing to measure
   * @param {number} most
   */
  atMost(what, measured, most) {
    this.#add(what, measured, `at most ${most}`, measured <= most ? 'ok' : 'FAILED');
  }

  /**
   * Adds a lower limit, so that a phase in which nothing happened does not pass.
   * @param {string} what
   * @param {number} measured
   * @param {number} least
   */
  atLeast(what, measured, least) {
    this.#add(what, measured, `at least ${least}`, measured >= least ? 'ok' : 'FAILED');
  }

  /**
   * Adds a condition.
   * @param {string} what
   * @param {boolean} isSo
   * @param {string} told what was observed
   */
  holds(what, isSo, told) {
    this.#add(what, told, '', isSo ? 'ok' : 'FAILED');
  }

  /**
   * Records that the phase did not finish.
   * @param {unknown} error
   */
  broken(error) {
    this.#add('came to its end', String(error).replace(/\s+/g, ' ').slice(0, 200), '', 'FAILED');
  }

  /**
   * @param {string} what
   * @param {string | number} measured
   * @param {string} limit
   * @param {Figure['verdict']} verdict
   */
  #add(what, measured, limit, verdict) {
    const shown = typeof measured === 'number' ? round(measured) : measured;
    this.list.push({ phase: this.phase, what, measured: shown, limit, verdict });
  }
}

/**
 * Prints all figures, and returns how many failed.
 * @param {Figure[]} figures
 */
export function print(figures) {
  const width = Math.max(...figures.map(({ phase }) => phase.length)) + 2;
  console.log(`\n${'Phase'.padEnd(width)}${'What'.padEnd(58)}${'Measured'.padEnd(24)}${'Limit'.padEnd(14)}`);
  for (const { phase, what, measured, limit, verdict } of figures) {
    const line = `${phase.padEnd(width)}${what.padEnd(58)}${String(measured).padEnd(24)}${limit.padEnd(14)}${verdict}`;
    console.log(line.trimEnd());
  }
  const failed = figures.filter(({ verdict }) => verdict === 'FAILED').length;
  console.log(failed === 0 ? 'every figure is within its limit' : `figures over their limit: ${failed}`);
  return failed;
}
