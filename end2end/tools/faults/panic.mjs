// A panic of a database thread: it has no memory for a value that it reads.
//
// sqlx copies each value of a row, and panics on the connection's own thread if there is no memory
// for the copy ("SQLite failed to allocate memory for duplicated value"). So another process stores
// a large value that the next reply reads, and limits the server's memory so that it holds the
// value once, but not twice.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { execute } from '../../lib/sql.mjs';
import { Trial } from './trial.mjs';

const VALUE_BYTES = 150_000_000;
/**
 * Bytes that the server may use in addition: less than two values, but enough more than one that
 * other work finds memory.
 */
const MORE_BYTES = 270_000_000;

/** In memory, if there is such a directory, because the large values are written twice. */
const PARENT = ['/dev/shm'].find((folder) => existsSync(folder));

const customerSignedIn = 'id = (SELECT customer_id FROM sessions WHERE authenticated = 1)';

export async function panic() {
  const trial = await Trial.open('panic', { parent: PARENT });
  const { server } = trial.stage;
  try {
    const browser = trial.browser();
    const code = await trial.askForCode(browser);
    await execute(
      server.database,
      `CREATE TABLE kept AS SELECT id, nonce FROM otps;
       UPDATE otps SET nonce = zeroblob(${VALUE_BYTES}) WHERE id = (SELECT max(id) FROM otps);
       UPDATE customers SET name = CAST(zeroblob(${VALUE_BYTES}) AS TEXT) WHERE ${customerSignedIn}`,
    );
    limitMemory(server.pid, addressSpace(server.pid) + MORE_BYTES);
    try {
      await trial.accountHolds({ mustFail: true, atOnce: 1 });
      await trial.failsByName('the answer with a code', browser.post('/otp/verify/', { otp_code: code }), browser);
      trial.figures.atLeast('panics in the log', trial.stage.panics, 1);
    } finally {
      limitMemory(server.pid, 'unlimited');
      await execute(
        server.database,
        `UPDATE otps SET nonce = (SELECT nonce FROM kept WHERE kept.id = otps.id) WHERE length(nonce) = ${VALUE_BYTES};
         UPDATE customers SET name = 'Customer' WHERE ${customerSignedIn};
         DROP TABLE kept`,
      );
    }
    await trial.heals();
    const { location } = await browser.post('/otp/verify/', { otp_code: code });
    trial.figures.holds('the code works afterwards', location === '/account/', String(location));
    trial.noMailTwice();
    return trial.figures.list;
  } finally {
    await trial.close();
  }
}

/**
 * Returns the bytes of address space that a process has reserved.
 * @param {number} pid
 */
const addressSpace = (pid) => Number(/^VmSize:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

/**
 * @param {number} pid
 * @param {number | 'unlimited'} most
 */
const limitMemory = (pid, most) => execFileSync('prlimit', ['--pid', String(pid), `--as=${most}:unlimited`]);
