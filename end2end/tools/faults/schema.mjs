// Another process changes the schema of the running server's database, and reverts the change.
import { execute } from '../../lib/sql.mjs';
import { endure } from './trial.mjs';

/** An additional column does no harm, because the server names the columns that it reads. */
export const addedColumn = () =>
  endure('added column', changed('ALTER TABLE sessions ADD COLUMN added TEXT', 'ALTER TABLE sessions DROP COLUMN added', false));

/** A column is renamed, and the server knows it only by its old name. */
export const renamedColumn = () =>
  endure(
    'renamed column',
    changed(
      'ALTER TABLE sessions RENAME COLUMN last_seen_at TO seen_last_at',
      'ALTER TABLE sessions RENAME COLUMN seen_last_at TO last_seen_at',
      true,
    ),
  );

/**
 * @param {string} change
 * @param {string} changeBack
 * @param {boolean} stopsReads
 */
const changed = (change, changeBack, stopsReads) => ({
  stopsWrites: false,
  stopsReads,
  begin: async (/** @type {import('../chaos/stage.mjs').Stage} */ { server }) => {
    await execute(server.database, change);
    return () => execute(server.database, changeBack);
  },
});
