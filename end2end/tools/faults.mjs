// Faults of the machine under a running server, one after the other, each with a server of its own:
// what customers see during the fault, what /health/ready says, and how soon after the fault
// everything works again without a restart. Exits with 1 if a check fails.
// `faults.mjs [--only disk,sync,write,read,column,rename,panic,kill]`
import { parseArgs } from 'node:util';
import { isInstalled } from '../lib/process.mjs';
import { hasPython } from '../lib/sql.mjs';
import { hasStrace } from '../lib/strace.mjs';
import { print } from './chaos/figures.mjs';
import { runPhase } from './chaos/phase.mjs';
import { canMount, fullDisk } from './faults/disk.mjs';
import { failingReads, failingSyncs, failingWrites } from './faults/io.mjs';
import { kill } from './faults/kill.mjs';
import { panic } from './faults/panic.mjs';
import { addedColumn, renamedColumn } from './faults/schema.mjs';

/** The time limit of each case, in milliseconds. */
const MOST_MS = 45_000;

/**
 * A case, and a function that names what the machine lacks for it, if anything.
 * @typedef {{ missing: () => string, run: () => Promise<import('./chaos/figures.mjs').Figure[]> }} Case
 */

const mount = () => (canMount() ? '' : 'root, who may mount a file system');
const strace = () => (hasStrace ? '' : 'strace');
const python = () => (hasPython ? '' : 'python3');
const nothing = () => '';

/** @type {Record<string, Case>} */
const CASES = {
  disk: { missing: () => mount() || python(), run: fullDisk },
  sync: { missing: strace, run: failingSyncs },
  write: { missing: strace, run: failingWrites },
  read: { missing: () => strace() || python(), run: failingReads },
  column: { missing: python, run: addedColumn },
  rename: { missing: python, run: renamedColumn },
  panic: { missing: () => python() || (isInstalled('prlimit') ? '' : 'prlimit'), run: panic },
  kill: { missing: nothing, run: kill },
};

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
const names = only?.split(',') ?? Object.keys(CASES);
const unknown = names.filter((name) => !(name in CASES));
if (unknown.length > 0) throw new Error(`no case ${unknown.join(' or ')}; there are ${Object.keys(CASES).join(', ')}`);

const figures = [];
for (const name of names) {
  const { missing, run } = /** @type {Case} */ (CASES[name]);
  if (missing()) console.log(`NOTE: without ${missing()}, the fault "${name}" was skipped`);
  else figures.push(...(await runPhase(name, MOST_MS, run)));
}
// `exit` instead of `exitCode`, because an abandoned case may still be waiting for something.
process.exit(figures.length === 0 || print(figures) === 0 ? 0 : 1);
