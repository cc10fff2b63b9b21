// The measurements of a phase and their limits.
import { round } from '../../lib/statistics.mjs';

/**
 * @typedef {object} Measurement
 * @property {string} phase
 * @property {string} name
 * @property {string | number} value
 * @property {string} limit empty if the measurement has no limit
 * @property {'' | 'ok' | 'FAILED'} verdict
 */

export class Measurements {
  /** @type {Measurement[]} */
  list = [];

  /** @param {string} phase */
  constructor(phase) {
    this.phase = phase;
  }

  /**
   * @param {string} name
   * @param {string | number} value
   */
  record(name, value) {
    this.#add(name, value, '', '');
  }

  /**
   * @param {string} name
   * @param {number} value NaN fails, because there was nothing to measure
   * @param {number} max
   */
  atMost(name, value, max) {
    this.#add(name, value, `at most ${max}`, value <= max ? 'ok' : 'FAILED');
  }

  /**
   * Adds a lower limit, so that a phase in which nothing happened does not pass.
   * @param {string} name
   * @param {number} value
   * @param {number} min
   */
  atLeast(name, value, min) {
    this.#add(name, value, `at least ${min}`, value >= min ? 'ok' : 'FAILED');
  }

  /**
   * Adds a condition that must be true.
   * @param {string} name
   * @param {boolean} isTrue
   * @param {string} observed for the report
   */
  check(name, isTrue, observed) {
    this.#add(name, observed, '', isTrue ? 'ok' : 'FAILED');
  }

  /**
   * Records that the phase failed with an error.
   * @param {unknown} error
   */
  recordError(error) {
    this.#add('completed', String(error).replace(/\s+/g, ' ').slice(0, 200), '', 'FAILED');
  }

  /**
   * @param {string} name
   * @param {string | number} value
   * @param {string} limit
   * @param {Measurement['verdict']} verdict
   */
  #add(name, value, limit, verdict) {
    const shown = typeof value === 'number' ? round(value) : value;
    this.list.push({ phase: this.phase, name, value: shown, limit, verdict });
  }
}

/**
 * Prints a table of all measurements, and returns how many failed.
 * @param {Measurement[]} measurements
 */
export function printTable(measurements) {
  const width = Math.max(...measurements.map(({ phase }) => phase.length)) + 2;
  console.log(`\n${'Phase'.padEnd(width)}${'Measurement'.padEnd(58)}${'Value'.padEnd(30)}${'Limit'.padEnd(14)}`);
  for (const { phase, name, value, limit, verdict } of measurements) {
    const line = `${phase.padEnd(width)}${name.padEnd(58)}${String(value).padEnd(30)}${limit.padEnd(14)}${verdict}`;
    console.log(line.trimEnd());
  }
  const failed = measurements.filter(({ verdict }) => verdict === 'FAILED').length;
  console.log(failed === 0 ? 'all measurements are within their limits' : `measurements over their limit: ${failed}`);
  return failed;
}
