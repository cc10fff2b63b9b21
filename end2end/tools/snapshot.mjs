// Writes the database of a small, used installation, for src/tests/upgrade.rs: a customer who is signed in, a code that waits for
// its answer, wrong answers, a message that was not sent, history. `DOORCODE_BIN=... snapshot.mjs DIRECTORY` puts there
// `dump.sql`, the key, and `browsers.json`: the instant, and what the browsers hold.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../lib/client.mjs';
import { Doorcode } from '../lib/doorcode.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { dump } from '../lib/sql.mjs';

const EMAIL = 'demo@wastebilling.local';
const PHONE = '+12025550123';
/** Wrong answers of a stranger, and of the browser whose code waits. */
const GUESSES = { stranger: 5, waiting: 3 };

/** A try to send fails within this time. */
const TRY_MS = 1_000;

const sink = new SmtpSink();

/**
 * A browser that has asked for a code by email.
 * @param {string} url
 */
async function asking(url) {
  const browser = new Client(url);
  await ask(browser);
  return browser;
}

/** @param {Client} browser */
async function ask(browser) {
  const { location } = await browser.post('/otp/request/', { contact_type: 'email', contact_value: EMAIL });
  if (location !== '/otp/verify/') throw new Error(`asking for a code led to ${location}`);
}

/**
 * Wrong answers.
 * @param {Client} browser
 * @param {string} code
 * @param {number} count
 */
async function guess(browser, code, count) {
  for (let turn = 0; turn < count; turn += 1) {
    await browser.post('/otp/verify/', { otp_code: code === '000000' ? '111111' : '000000' });
  }
}

/** @param {Doorcode} server */
async function live(server) {
  await server.addCustomer({ name: 'Demo', email: EMAIL, phone: PHONE });

  const signedIn = new Client(server.url);
  let code = sink.nextCode(EMAIL);
  await ask(signedIn);
  const { location } = await signedIn.post('/otp/verify/', { otp_code: await code });
  if (location !== '/account/') throw new Error(`the code led to ${location}`);

  code = sink.nextCode(EMAIL);
  const stranger = await asking(server.url);
  await guess(stranger, await code, GUESSES.stranger);

  code = sink.nextCode(EMAIL);
  const waiting = await asking(server.url);
  await guess(waiting, await code, GUESSES.waiting);

  sink.stop();
  const unsent = await asking(server.url);
  await sleep(TRY_MS);
  return { now: new Date().toISOString(), signedIn: signedIn.cookies, waiting: waiting.cookies, code: await code, unsent: unsent.cookies };
}

const [directory] = process.argv.slice(2);
if (!directory) throw new Error('usage: snapshot.mjs DIRECTORY');
const server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await sink.start() });
try {
  const browsers = await live(server);
  await server.terminate(20_000);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'dump.sql'), await dump(server.database));
  await copyFile(server.keyFile, join(directory, 'doorcode.key'));
  await writeFile(join(directory, 'browsers.json'), `${JSON.stringify(browsers, null, 2)}\n`);
} finally {
  await server.stop();
}
