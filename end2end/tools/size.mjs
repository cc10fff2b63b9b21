// Prints the sizes of the program and of a customer's downloads beside their budgets, and exits
// with 1 if a budget is exceeded.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';

import { brotliCompressSync, constants } from 'node:zlib';
import { Client } from '../lib/client.mjs';
import { Doorcode } from '../lib/doorcode.mjs';
import { binary, site } from '../lib/paths.mjs';

const KB = 1024;
const MB = 1_000_000;
const LONGEST = 'hi';
const PACKAGE = join(site, 'pkg');
const CUSTOMER = { name: 'Size Reader', email: 'size.reader@example.com', phone: '+12025550188' };

/**
 * Returns the compressed size of a file in bytes: that of the build's own .br file, if there is
 * one.
 * @param {string} path
 */
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
 * Returns the compressed size of a page in bytes, in the language that needs most.
 * @param {Client} browser
 * @param {string} path
 * @returns {Promise<number>}
 */
async function page(browser, path) {
  const headers = { accept: 'text/html', 'accept-encoding': 'br', 'accept-language': LONGEST, cookie: browser.cookies };
  return new Promise((resolve, reject) => {
    const request = get(browser.url + path, { headers }, (response) => {
      let bytes = 0;
      response.on('data', (/** @type {Buffer} */ part) => (bytes += part.length));
      response.on('end', () => {
        const encoding = response.headers['content-encoding'];
        if (response.statusCode === 200 && encoding === 'br') resolve(bytes);
        else reject(new Error(`GET ${path} answered ${response.statusCode}, encoded as ${encoding}`));
      });
    });
    request.on('error', reject);
  });
}

const html = await screens();
const rows = [
  { what: 'Program', bytes: statSync(binary).size, budget: 25 * MB },
  { what: 'JavaScript and WASM, brotli', bytes: download('.js', '.wasm'), budget: 60 * KB },
  { what: 'CSS, brotli', bytes: download('.css'), budget: 6 * KB },
  { what: 'HTML of /otp/request/, brotli', bytes: html.request, budget: 5 * KB },
  { what: 'HTML of /otp/verify/, brotli', bytes: html.verify, budget: 5 * KB },
];

console.log(`${'What'.padEnd(30)}${'Bytes'.padStart(10)}${'Budget'.padStart(10)}`);
for (const { what, bytes, budget } of rows) {
  const mark = bytes > budget ? '  over budget' : '';
  console.log(`${what.padEnd(30)}${String(bytes).padStart(10)}${String(budget).padStart(10)}${mark}`);
}
process.exitCode = rows.some(({ bytes, budget }) => bytes > budget) ? 1 : 0;
