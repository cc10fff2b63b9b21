// Faults of the machine below a running server, one after the other, each on a server of its own: what customers are told while
// it lasts, what /health/ready says, and how soon after its end everything works again without a restart. Exits 1 when something
// is not as it must be. `faults.mjs [--only disk,sync,write,read,column,rename,panic,kill]`
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

/** No case may take longer. */
const MOST_MS = 45_000;

/** What a case needs beside the server, and the case.
 * @typedef {{ missing: () => string, run: () => Promise<import('./chaos/figures.mjs').Figure[]> }} Case */

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
// Not exitCode: a case that was given up may still wait for something.
process.exit(figures.length === 0 || print(figures) === 0 ? 0 : 1);
