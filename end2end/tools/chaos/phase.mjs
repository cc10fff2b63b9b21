// Runs one phase with a time limit, and stops its servers afterwards.
import { Measurements } from './measurements.mjs';
import { closeAll } from './test-environment.mjs';

/**
 * Returns the measurements of the phase, or the error that ended it.
 * @param {string} name
 * @param {number} timeLimit milliseconds
 * @param {() => Promise<import('./measurements.mjs').Measurement[]>} run
 */
export async function runPhase(name, timeLimit, run) {
  const start = performance.now();
  console.log(`${name} ...`);
  try {
    return await withTimeout(timeLimit, run());
  } catch (error) {
    console.error(error);
    const measurements = new Measurements(name);
    measurements.recordError(error);
    return measurements.list;
  } finally {
    await closeAll();
    console.log(`  took ${Math.round((performance.now() - start) / 1000)} s`);
  }
}

/**
 * Returns the result of `work`, or throws when the time limit has passed.
 * @template T
 * @param {number} timeLimit milliseconds
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
async function withTimeout(timeLimit, work) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished after ${timeLimit / 1000} s`)), timeLimit);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
