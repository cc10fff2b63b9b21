// Fault injection: crashes, a relay that hangs, stops under load. Prints the measurements beside
// their limits, and exits with 1 if a limit is exceeded.
// `chaos.mjs [--only kill,hang,backlog,refusal,handoff,stop] [--kills 300] [--seed N]`; a seed
// repeats the moments of kills and the delays, as far as the machine behaves the same.
import { parseArgs } from 'node:util';
import { Random } from '../lib/random.mjs';
import { backlog, refusal } from './chaos/backlog.mjs';
import { print } from './chaos/figures.mjs';
import { handoff } from './chaos/handoff.mjs';
import { hang } from './chaos/hang.mjs';
import { kill } from './chaos/kill.mjs';
import { runPhase } from './chaos/phase.mjs';
import { stop } from './chaos/stop.mjs';

const MINUTE = 60_000;

/** @typedef {import('./chaos/figures.mjs').Figure} Figure */
/** @typedef {{ random: Random, kills: number }} Options */
/**
 * A phase and its time limit in milliseconds.
 * @typedef {{ most: (options: Options) => number, run: (options: Options) => Promise<Figure[]> }} Phase
 */

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

const { names, kills, seed } = readArguments();
console.log(`seed ${seed}`);
/** @type {Figure[]} */
const figures = [];
for (const name of names) {
  const { most, run } = /** @type {Phase} */ (PHASES[name]);
  const options = { random: new Random(seed), kills };
  figures.push(...(await runPhase(name, most(options), () => run(options))));
}
const failed = print(figures);
// `exit` instead of `exitCode`, because an abandoned phase may still be waiting for something.
process.exit(failed === 0 ? 0 : 1);
