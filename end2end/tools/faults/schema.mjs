// Another process changes the schema of the running server's database, and changes it back.
import { execute } from '../../lib/sql.mjs';
import { endure } from './trial.mjs';

/** A column more does no harm to who names the columns. */
export const addedColumn = () =>
  endure('added column', changed('ALTER TABLE sessions ADD COLUMN added TEXT', 'ALTER TABLE sessions DROP COLUMN added', false));

/** A column that the server knows by another name. */
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
