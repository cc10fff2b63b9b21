// What a phase measured, beside what it may be.
import { round } from '../../lib/statistics.mjs';

/**
 * @typedef {object} Figure
 * @property {string} phase
 * @property {string} what
 * @property {string | number} measured
 * @property {string} limit empty: told for its own sake
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
   * @param {number} measured not a number fails: there was nothing to measure
   * @param {number} most
   */
  atMost(what, measured, most) {
    this.#add(what, measured, `at most ${most}`, measured <= most ? 'ok' : 'FAILED');
  }

  /**
   * Against a phase that passes because nothing happened in it.
   * @param {string} what
   * @param {number} measured
   * @param {number} least
   */
  atLeast(what, measured, least) {
    this.#add(what, measured, `at least ${least}`, measured >= least ? 'ok' : 'FAILED');
  }

  /** The phase did not come to its end.
   * @param {unknown} error */
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
