// Creates the database of a small installation in use, for src/tests/upgrade.rs: a signed-in
// customer, a pending code, wrong answers, an unsent message, history.
// `DOORCODE_BIN=... snapshot.mjs DIRECTORY` writes `dump.sql`, the key, and `browsers.json` (the
// time and the browsers' cookies) into the directory.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../lib/client.mjs';
import { Doorcode } from '../lib/doorcode.mjs';
import { SmtpSink } from '../lib/smtp-sink.mjs';
import { dump } from '../lib/sql.mjs';

const EMAIL = 'demo@wastebilling.local';
const PHONE = '+12025550123';
/** The number of wrong answers of an unknown device, and of the browser with the pending code. */
const WRONG_CODES = { unknown: 5, waiting: 3 };

/** Milliseconds to wait until an attempt to send has failed. */
const ATTEMPT_MS = 1_000;

const sink = new SmtpSink();

/**
 * Returns a browser that has requested a code by email.
 * @param {string} url
 */
async function browserWithRequest(url) {
  const browser = new Client(url);
  await requestCode(browser);
  return browser;
}

/** @param {Client} browser */
async function requestCode(browser) {
  const { location } = await browser.post('/otp/request/', { contact_type: 'email', contact_value: EMAIL });
  if (location !== '/otp/verify/') throw new Error(`the request for a code redirected to ${location}`);
}

/**
 * Submits wrong codes.
 * @param {Client} browser
 * @param {string} code
 * @param {number} count
 */
async function submitWrongCodes(browser, code, count) {
  for (let index = 0; index < count; index += 1) {
    await browser.post('/otp/verify/', { otp_code: code === '000000' ? '111111' : '000000' });
  }
}

/** @param {Doorcode} server */
async function createActivity(server) {
  await server.addCustomer({ name: 'Demo', email: EMAIL, phone: PHONE });

  const signedIn = new Client(server.url);
  let code = sink.nextCode(EMAIL);
  await requestCode(signedIn);
  const { location } = await signedIn.post('/otp/verify/', { otp_code: await code });
  if (location !== '/account/') throw new Error(`the code redirected to ${location}`);

  code = sink.nextCode(EMAIL);
  const unknown = await browserWithRequest(server.url);
  await submitWrongCodes(unknown, await code, WRONG_CODES.unknown);

  code = sink.nextCode(EMAIL);
  const waiting = await browserWithRequest(server.url);
  await submitWrongCodes(waiting, await code, WRONG_CODES.waiting);

  sink.stop();
  const unsent = await browserWithRequest(server.url);
  await sleep(ATTEMPT_MS);
  return { now: new Date().toISOString(), signedIn: signedIn.cookies, waiting: waiting.cookies, code: await code, unsent: unsent.cookies };
}

const [directory] = process.argv.slice(2);
if (!directory) throw new Error('usage: snapshot.mjs DIRECTORY');
const server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'smtp', DOORCODE__EMAIL__URL: await sink.start() });
try {
  const browsers = await createActivity(server);
  await server.terminate(20_000);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'dump.sql'), await dump(server.database));
  await copyFile(server.keyFile, join(directory, 'doorcode.key'));
  await writeFile(join(directory, 'browsers.json'), `${JSON.stringify(browsers, null, 2)}\n`);
} finally {
  await server.stop();
}
