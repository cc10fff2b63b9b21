// Injects faults of the machine under a running server, one at a time, each with its own server.
// Checks what customers see during the fault, the status of /health/ready, and how soon the server
// recovers without a restart. Exits with 1 if a check fails.
// `faults.mjs [--only disk,sync,write,read,column,rename,panic,kill]`
import { parseArgs } from 'node:util';
import { isInstalled } from '../lib/process.mjs';
import { hasPython } from '../lib/sql.mjs';
import { hasStrace } from '../lib/strace.mjs';
import { printTable } from './chaos/measurements.mjs';
import { runPhase } from './chaos/phase.mjs';
import { canMount, fullDisk } from './faults/disk.mjs';
import { failingReads, failingSyncs, failingWrites } from './faults/io.mjs';
import { kill } from './faults/kill.mjs';
import { panic } from './faults/panic.mjs';
import { addedColumn, renamedColumn } from './faults/schema.mjs';

/** The time limit of each case, in milliseconds. */
const TIME_LIMIT_MS = 45_000;

/**
 * A case, and a function that returns what the machine lacks for it, or an empty
 * string.
 * @typedef {{ missingRequirement: () => string, run: () => Promise<import('./chaos/measurements.mjs').Measurement[]> }} Case
 */

const mount = () => (canMount() ? '' : 'root and the permission to mount');
const strace = () => (hasStrace ? '' : 'strace');
const python = () => (hasPython ? '' : 'python3');
const none = () => '';

/** @type {Record<string, Case>} */
const CASES = {
  disk: { missingRequirement: () => mount() || python(), run: fullDisk },
  sync: { missingRequirement: strace, run: failingSyncs },
  write: { missingRequirement: strace, run: failingWrites },
  read: { missingRequirement: () => strace() || python(), run: failingReads },
  column: { missingRequirement: python, run: addedColumn },
  rename: { missingRequirement: python, run: renamedColumn },
  panic: { missingRequirement: () => python() || (isInstalled('prlimit') ? '' : 'prlimit'), run: panic },
  kill: { missingRequirement: none, run: kill },
};

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
const names = only?.split(',') ?? Object.keys(CASES);
const unknown = names.filter((name) => !(name in CASES));
if (unknown.length > 0) throw new Error(`no case ${unknown.join(' or ')}; there are ${Object.keys(CASES).join(', ')}`);

const measurements = [];
for (const name of names) {
  const { missingRequirement, run } = /** @type {Case} */ (CASES[name]);
  if (missingRequirement()) console.log(`NOTE: without ${missingRequirement()}, the fault "${name}" was skipped`);
  else measurements.push(...(await runPhase(name, TIME_LIMIT_MS, run)));
}
// `exit` instead of `exitCode`, because a case that timed out may still have pending timers.
process.exit(measurements.length === 0 || printTable(measurements) === 0 ? 0 : 1);
