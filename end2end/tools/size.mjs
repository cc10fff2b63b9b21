// Prints what a customer downloads beside its budget, and exits 1 when something is over.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { Client } from '../lib/client.mjs';
import { Doorcode } from '../lib/doorcode.mjs';
import { site } from '../lib/paths.mjs';

const KB = 1024;
const PACKAGE = join(site, 'pkg');
const CUSTOMER = { name: 'Size Reader', email: 'size.reader@example.com', phone: '+12025550188' };

/** The bytes on the wire: the build's own .br file where there is one.
 * @param {string} path */
function compressed(path) {
  try {
    return statSync(`${path}.br`).size;
  } catch {
    return brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  }
}

/** @param {string[]} extensions */
function download(...extensions) {
  const names = /** @type {string[]} */ (readdirSync(PACKAGE, { recursive: true }));
  const files = names.filter((name) => extensions.some((extension) => name.endsWith(extension)));
  if (files.length === 0) throw new Error(`no ${extensions.join(' or ')} file in ${PACKAGE}; run make build`);
  return files.reduce((sum, name) => sum + compressed(join(PACKAGE, name)), 0);
}

async function screens() {
  const server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'console' });
  try {
    await server.addCustomer(CUSTOMER);
    const browser = new Client(server.url);
    const request = await page(browser, '/otp/request/');
    await browser.post('/otp/request/', { contact_type: 'email', contact_value: CUSTOMER.email });
    return { request, verify: await page(browser, '/otp/verify/') };
  } finally {
    await server.stop();
  }
}

/**
 * @param {Client} browser
 * @param {string} path
 */
async function page(browser, path) {
  const { status, body } = await browser.get(path);
  if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
  return Buffer.byteLength(body);
}

const html = await screens();
const rows = [
  { what: 'JavaScript and WASM, brotli', bytes: download('.js', '.wasm'), budget: 75 * KB },
  { what: 'CSS, brotli', bytes: download('.css'), budget: 8 * KB },
  { what: 'HTML of /otp/request/', bytes: html.request, budget: 6 * KB },
  { what: 'HTML of /otp/verify/', bytes: html.verify, budget: 6.25 * KB },
];

console.log(`${'What'.padEnd(30)}${'Bytes'.padStart(10)}${'Budget'.padStart(10)}`);
for (const { what, bytes, budget } of rows) {
  const mark = bytes > budget ? '  over budget' : '';
  console.log(`${what.padEnd(30)}${String(bytes).padStart(10)}${String(budget).padStart(10)}${mark}`);
}
process.exitCode = rows.some(({ bytes, budget }) => bytes > budget) ? 1 : 0;
