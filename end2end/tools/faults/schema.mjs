// Another process changes the schema of the running server's database, and reverts the change.
import { execute } from '../../lib/sql.mjs';
import { runFaultTest } from './fault-test.mjs';

/** An additional column has no effect, because the server's queries name their columns. */
export const addedColumn = () =>
  runFaultTest('added column', schemaChange('ALTER TABLE sessions ADD COLUMN added TEXT', 'ALTER TABLE sessions DROP COLUMN added', false));

/** A column that the server uses is renamed. */
export const renamedColumn = () =>
  runFaultTest(
    'renamed column',
    schemaChange(
      'ALTER TABLE sessions RENAME COLUMN last_seen_at TO seen_last_at',
      'ALTER TABLE sessions RENAME COLUMN seen_last_at TO last_seen_at',
      true,
    ),
  );

/**
 * @param {string} change
 * @param {string} revert
 * @param {boolean} stopsReads
 */
const schemaChange = (change, revert, stopsReads) => ({
  stopsWrites: false,
  stopsReads,
  start: async (/** @type {import('../chaos/test-environment.mjs').TestEnvironment} */ { server }) => {
    await execute(server.database, change);
    return () => execute(server.database, revert);
  },
});
