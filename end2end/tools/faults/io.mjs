// A failing disk: strace makes system calls of the server return EIO.
import { execute } from '../../lib/sql.mjs';
import { Injection } from '../../lib/strace.mjs';
import { endure } from './trial.mjs';

/** Data cannot be synced to the disk. */
export const failingSyncs = () => endure('failing sync', failing(['fsync', 'fdatasync']));

/** The files of the database cannot be written. */
export const failingWrites = () => endure('failing write', failing(['pwrite64']));

/** The files of the database cannot be read, either. */
export const failingReads = () => endure('failing read', { ...failing(['pread64']), stopsReads: true, begin: beginReads });

/** @param {string[]} calls */
const failing = (calls) => ({
  stopsWrites: true,
  stopsReads: false,
  begin: async (/** @type {import('../chaos/stage.mjs').Stage} */ { server }) => {
    const injection = await Injection.begin(server.pid, calls, 'EIO');
    return () => injection.end();
  },
});

/** @param {import('../chaos/stage.mjs').Stage} stage */
async function beginReads(stage) {
  const end = await failing(['pread64']).begin(stage);
  // Another process commits, so that the data that the server's connections hold in memory is
  // outdated.
  await execute(stage.server.database, 'UPDATE customers SET created_at = created_at + 1');
  return end;
}
