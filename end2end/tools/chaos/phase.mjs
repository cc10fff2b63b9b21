// Runs one phase within a time limit, and leaves no server behind.
import { Figures } from './figures.mjs';
import { closeAll } from './stage.mjs';

/**
 * Returns the figures of the phase, or one that says why there are none.
 * @param {string} name
 * @param {number} most milliseconds
 * @param {() => Promise<import('./figures.mjs').Figure[]>} run
 */
export async function runPhase(name, most, run) {
  const begun = performance.now();
  console.log(`${name} ...`);
  try {
    return await within(most, run());
  } catch (error) {
    console.error(error);
    const figures = new Figures(name);
    figures.broken(error);
    return figures.list;
  } finally {
    await closeAll();
    console.log(`  took ${Math.round((performance.now() - begun) / 1000)} s`);
  }
}

/**
 * Returns the result of `work`, or throws if it takes too long.
 * @template T
 * @param {number} most milliseconds
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
async function within(most, work) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${most / 1000} s`)), most);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
