// A failing disk: strace makes system calls of the server return EIO.
import { execute } from '../../lib/sql.mjs';
import { FaultInjection } from '../../lib/strace.mjs';
import { runFaultTest } from './fault-test.mjs';

/** Syncs to the disk fail. */
export const failingSyncs = () => runFaultTest('failing sync', failingCalls(['fsync', 'fdatasync']));

/** Writes to the database files fail. */
export const failingWrites = () => runFaultTest('failing write', failingCalls(['pwrite64']));

/** Reads of the database files fail, and so do writes. */
export const failingReads = () => runFaultTest('failing read', { ...failingCalls(['pread64']), stopsReads: true, start: beginReads });

/** @param {string[]} calls */
const failingCalls = (calls) => ({
  stopsWrites: true,
  stopsReads: false,
  start: async (/** @type {import('../chaos/test-environment.mjs').TestEnvironment} */ { server }) => {
    const injection = await FaultInjection.start(server.pid, calls, 'EIO');
    return () => injection.stop();
  },
});

/** @param {import('../chaos/test-environment.mjs').TestEnvironment} environment */
async function beginReads(environment) {
  const end = await failingCalls(['pread64']).start(environment);
  // Another process commits, which invalidates the page caches of the server's connections.
  await execute(environment.server.database, 'UPDATE customers SET created_at = created_at + 1');
  return end;
}
