// Fault injection: crashes, a relay that hangs, stops under load; prints what it measured beside what it may be, and exits 1
// when something is over. `chaos.mjs [--only kill,hang,backlog,refusal,handoff,stop] [--kills 300] [--seed N]`; a seed repeats the
// moments of kills and the delays, as far as a machine does the same twice.
import { parseArgs } from 'node:util';
import { Random } from '../lib/random.mjs';
import { backlog, refusal } from './chaos/backlog.mjs';
import { Figures } from './chaos/figures.mjs';
import { handoff } from './chaos/handoff.mjs';
import { hang } from './chaos/hang.mjs';
import { kill } from './chaos/kill.mjs';
import { closeAll } from './chaos/stage.mjs';
import { stop } from './chaos/stop.mjs';

const MINUTE = 60_000;

/** @typedef {import('./chaos/figures.mjs').Figure} Figure */
/** @typedef {{ random: Random, kills: number }} Options */
/** The most time that a phase may take, and the phase.
 * @typedef {{ most: (options: Options) => number, run: (options: Options) => Promise<Figure[]> }} Phase */

/** @type {Record<string, Phase>} */
const PHASES = {
  handoff: { most: () => 3 * MINUTE, run: handoff },
  hang: { most: () => 15 * MINUTE, run: hang },
  backlog: { most: () => 5 * MINUTE, run: backlog },
  refusal: { most: () => 5 * MINUTE, run: refusal },
  stop: { most: () => 6 * MINUTE, run: stop },
  kill: { most: ({ kills }) => 3 * MINUTE + kills * 2_300, run: kill },
};

function readArguments() {
  /** @type {import('node:util').ParseArgsConfig['options']} */
  const options = { only: { type: 'string' }, kills: { type: 'string' }, seed: { type: 'string' } };
  const { only, kills, seed } = /** @type {Record<string, string | undefined>} */ (parseArgs({ options }).values);
  const names = only?.split(',') ?? Object.keys(PHASES);
  const unknown = names.filter((name) => !(name in PHASES));
  if (unknown.length > 0) throw new Error(`no phase ${unknown.join(' or ')}; there are ${Object.keys(PHASES).join(', ')}`);
  return { names, kills: wholeNumber('kills', kills, 300), seed: wholeNumber('seed', seed, Date.now() % 2 ** 31) };
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} otherwise
 */
function wholeNumber(name, text, otherwise) {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

/**
 * @param {string} name
 * @param {Options} options
 * @returns {Promise<Figure[]>}
 */
async function runPhase(name, options) {
  const { most, run } = /** @type {Phase} */ (PHASES[name]);
  const begun = performance.now();
  console.log(`${name} ...`);
  try {
    return await within(most(options), run(options));
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

/** @param {Figure[]} figures */
function print(figures) {
  console.log(`\n${'Phase'.padEnd(9)}${'What'.padEnd(58)}${'Measured'.padEnd(24)}${'Limit'.padEnd(14)}`);
  for (const { phase, what, measured, limit, verdict } of figures) {
    const line = `${phase.padEnd(9)}${what.padEnd(58)}${String(measured).padEnd(24)}${limit.padEnd(14)}${verdict}`;
    console.log(line.trimEnd());
  }
}

const { names, kills, seed } = readArguments();
console.log(`seed ${seed}`);
/** @type {Figure[]} */
const figures = [];
for (const name of names) figures.push(...(await runPhase(name, { random: new Random(seed), kills })));
print(figures);
const failed = figures.filter(({ verdict }) => verdict === 'FAILED').length;
console.log(failed === 0 ? 'every figure is within its limit' : `figures over their limit: ${failed}`);
// Not exitCode: a phase that was given up may still wait for something.
process.exit(failed === 0 ? 0 : 1);
