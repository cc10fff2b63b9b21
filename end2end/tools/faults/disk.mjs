// A full disk: the database is on a small file system, which is filled completely.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillWal } from '../../lib/sql.mjs';
import { runFaultTest } from './fault-test.mjs';

const SIZE = '16m';

/** Whether this process may mount a file system. */
export function canMount() {
  const directory = '/dev/shm';
  const isMounted = mount(directory);
  if (isMounted) umount(directory);
  return isMounted;
}

export async function fullDisk() {
  const disk = await mkdtemp(join(tmpdir(), 'doorcode-disk-'));
  if (!mount(disk)) throw new Error('the small disk cannot be mounted');
  const [database, file] = [join(disk, 'doorcode.db'), join(disk, 'filler')];
  const fault = {
    stopsWrites: true,
    stopsReads: false,
    start: async () => {
      fill(file);
      await fillWal(database);
      return () => rm(file);
    },
  };
  try {
    return await runFaultTest('full disk', fault, { settings: { DOORCODE__DATABASE__URL: `sqlite://${database}` } });
  } finally {
    umount(disk);
    await rmdir(disk);
  }
}

/** @param {string} directory */
const mount = (directory) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'tmpfs', directory], { stdio: 'ignore' }).status === 0;

/** @param {string} directory */
const umount = (directory) => spawnSync('umount', [directory], { stdio: 'ignore' });

/**
 * Writes to a file until the disk is full.
 * @param {string} file
 */
function fill(file) {
  const descriptor = openSync(file, 'w');
  const page = Buffer.alloc(4_096);
  try {
    for (;;) writeSync(descriptor, page);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
}
