// Accesses the database file from another process: Python, whose standard library contains SQLite.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isInstalled } from './process.mjs';

const run = promisify(execFile);

export const hasPython = isInstalled('python3');

const EXECUTE = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=10)
connection.executescript(sys.stdin.read())
connection.close()
`;

const FILL_WAL = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=10)
connection.execute("PRAGMA wal_autocheckpoint = 0")
try:
    while True:
        connection.execute("UPDATE customers SET created_at = created_at + 1")
        connection.commit()
except sqlite3.OperationalError as error:
    if "full" not in str(error):
        raise
`;

/**
 * Writes to the database until the disk is full, because the write-ahead log may have room from
 * earlier use.
 * @param {string} file
 */
export async function fillWal(file) {
  await run('python3', ['-c', FILL_WAL, file]);
}

const DUMP = `
import sqlite3, sys
for statement in sqlite3.connect(sys.argv[1]).iterdump():
    print(statement)
`;

/**
 * Returns the whole database as statements that recreate it.
 * @param {string} file
 */
export const dump = async (file) => (await run('python3', ['-c', DUMP, file], { maxBuffer: 2 ** 28 })).stdout;

/**
 * Executes statements.
 * @param {string} file
 * @param {string} statements
 */
export async function execute(file, statements) {
  const running = run('python3', ['-c', EXECUTE, file]);
  running.child.stdin?.end(statements);
  await running;
}
