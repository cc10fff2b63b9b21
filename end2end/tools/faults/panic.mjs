// A panic of a database thread that cannot allocate memory for a value.
//
// sqlx copies each value of a row, and panics on the connection's own thread if there is no memory
// for the copy ("SQLite failed to allocate memory for duplicated value"). So another process stores
// a large value that the next reply reads, and limits the server's memory so that it holds the
// value once, but not twice.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { execute } from '../../lib/sql.mjs';
import { FaultTest } from './fault-test.mjs';

const VALUE_BYTES = 150_000_000;
/**
 * Bytes that the server may allocate in addition: less than two values, but enough for one value
 * and other work.
 */
const HEADROOM_BYTES = 270_000_000;

/** In memory, if there is such a directory, because the large values are written twice. */
const PARENT = ['/dev/shm'].find((folder) => existsSync(folder));

const customerSignedIn = 'id = (SELECT customer_id FROM sessions WHERE authenticated = 1)';

export async function panic() {
  const test = await FaultTest.open('panic', { parent: PARENT });
  const { server } = test.environment;
  try {
    const browser = test.browser();
    const code = await test.requestCode(browser);
    await execute(
      server.database,
      `CREATE TABLE saved_nonces AS SELECT id, nonce FROM otps;
       UPDATE otps SET nonce = zeroblob(${VALUE_BYTES}) WHERE id = (SELECT max(id) FROM otps);
       UPDATE customers SET name = CAST(zeroblob(${VALUE_BYTES}) AS TEXT) WHERE ${customerSignedIn}`,
    );
    limitMemory(server.pid, addressSpace(server.pid) + HEADROOM_BYTES);
    try {
      await test.checkAccountPages({ mustFail: true, concurrency: 1 });
      await test.checkFailureReported('the submission of a code', browser.post('/otp/verify/', { otp_code: code }), browser);
      test.measurements.atLeast('panics in the log', test.environment.panics, 1);
    } finally {
      limitMemory(server.pid, 'unlimited');
      await execute(
        server.database,
        `UPDATE otps SET nonce = (SELECT nonce FROM saved_nonces WHERE saved_nonces.id = otps.id) WHERE length(nonce) = ${VALUE_BYTES};
         UPDATE customers SET name = 'Customer' WHERE ${customerSignedIn};
         DROP TABLE saved_nonces`,
      );
    }
    await test.checkRecovery();
    const { location } = await browser.post('/otp/verify/', { otp_code: code });
    test.measurements.check('the code works afterwards', location === '/account/', String(location));
    test.checkNoDuplicateMails();
    return test.measurements.list;
  } finally {
    await test.close();
  }
}

/**
 * Returns the bytes of address space that a process has reserved.
 * @param {number} pid
 */
const addressSpace = (pid) => Number(/^VmSize:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

/**
 * @param {number} pid
 * @param {number | 'unlimited'} limit
 */
const limitMemory = (pid, limit) => execFileSync('prlimit', ['--pid', String(pid), `--as=${limit}:unlimited`]);
