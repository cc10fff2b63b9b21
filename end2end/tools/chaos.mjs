// Fault injection: crashes, a hanging relay, and stops under load. Prints the measurements and
// their limits, and exits with 1 if a limit is exceeded.
//
// `chaos.mjs [--only kill,hang,backlog,refusal,handoff,stop] [--kills 300] [--seed N]`; a seed
// repeats the times of kills and the delays as closely as the machine allows.
import { parseArgs } from 'node:util';
import { Random } from '../lib/random.mjs';
import { backlog, refusal } from './chaos/backlog.mjs';
import { printTable } from './chaos/measurements.mjs';
import { handoff } from './chaos/handoff.mjs';
import { hang } from './chaos/hang.mjs';
import { kill } from './chaos/kill.mjs';
import { runPhase } from './chaos/phase.mjs';
import { stop } from './chaos/stop.mjs';

const MINUTE = 60_000;

/** @typedef {import('./chaos/measurements.mjs').Measurement} Measurement */
/** @typedef {{ random: Random, kills: number }} Options */
/**
 * A phase and its time limit in milliseconds.
 * @typedef {{ timeLimit: (options: Options) => number, run: (options: Options) => Promise<Measurement[]> }} Phase
 */

/** @type {Record<string, Phase>} */
const PHASES = {
  handoff: { timeLimit: () => 3 * MINUTE, run: handoff },
  hang: { timeLimit: () => 15 * MINUTE, run: hang },
  backlog: { timeLimit: () => 5 * MINUTE, run: backlog },
  refusal: { timeLimit: () => 5 * MINUTE, run: refusal },
  stop: { timeLimit: () => 6 * MINUTE, run: stop },
  kill: { timeLimit: ({ kills }) => 3 * MINUTE + kills * 2_300, run: kill },
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
 * @param {number} defaultValue
 */
function wholeNumber(name, text, defaultValue) {
  if (text === undefined) return defaultValue;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

const { names, kills, seed } = readArguments();
console.log(`seed ${seed}`);
/** @type {Measurement[]} */
const measurements = [];
for (const name of names) {
  const { timeLimit, run } = /** @type {Phase} */ (PHASES[name]);
  const options = { random: new Random(seed), kills };
  measurements.push(...(await runPhase(name, timeLimit(options), () => run(options))));
}
const failed = printTable(measurements);
// `exit` instead of `exitCode`, because a phase that timed out may still have pending timers.
process.exit(failed === 0 ? 0 : 1);
