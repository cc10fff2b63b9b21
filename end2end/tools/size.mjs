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
const LARGEST_LANGUAGE = 'hi';
const PACKAGE = join(site, 'pkg');
const CUSTOMER = { name: 'Size Reader', email: 'size.reader@example.com', phone: '+12025550188' };

/**
 * Returns the compressed size of a file in bytes: that of the build's own .br file, if there is
 * one.
 * @param {string} path
 */
function compressedSize(path) {
  try {
    return statSync(`${path}.br`).size;
  } catch {
    return brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  }
}

/** @param {string[]} extensions */
function downloadSize(...extensions) {
  const names = /** @type {string[]} */ (readdirSync(PACKAGE, { recursive: true }));
  const files = names.filter((name) => extensions.some((extension) => name.endsWith(extension)));
  if (files.length === 0) throw new Error(`no ${extensions.join(' or ')} file in ${PACKAGE}; run make build`);
  return files.reduce((sum, name) => sum + compressedSize(join(PACKAGE, name)), 0);
}

async function htmlSizes() {
  const server = await Doorcode.start({ DOORCODE__EMAIL__BACKEND: 'console' });
  try {
    await server.addCustomer(CUSTOMER);
    const browser = new Client(server.url);
    const request = await htmlSize(browser, '/otp/request/');
    await browser.post('/otp/request/', { contact_type: 'email', contact_value: CUSTOMER.email });
    return { request, verify: await htmlSize(browser, '/otp/verify/') };
  } finally {
    await server.stop();
  }
}

/**
 * Returns the compressed size of a page in bytes, in the language with the largest pages.
 * @param {Client} browser
 * @param {string} path
 * @returns {Promise<number>}
 */
async function htmlSize(browser, path) {
  const headers = { accept: 'text/html', 'accept-encoding': 'br', 'accept-language': LARGEST_LANGUAGE, cookie: browser.cookies };
  return new Promise((resolve, reject) => {
    const request = get(browser.url + path, { headers }, (response) => {
      let bytes = 0;
      response.on('data', (/** @type {Buffer} */ part) => (bytes += part.length));
      response.on('end', () => {
        const encoding = response.headers['content-encoding'];
        if (response.statusCode === 200 && encoding === 'br') resolve(bytes);
        else reject(new Error(`GET ${path} returned ${response.statusCode} with the encoding ${encoding}`));
      });
    });
    request.on('error', reject);
  });
}

const html = await htmlSizes();
const rows = [
  { name: 'Program', bytes: statSync(binary).size, budget: 25 * MB },
  { name: 'JavaScript and WASM, brotli', bytes: downloadSize('.js', '.wasm'), budget: 60 * KB },
  { name: 'CSS, brotli', bytes: downloadSize('.css'), budget: 6 * KB },
  { name: 'HTML of /otp/request/, brotli', bytes: html.request, budget: 5 * KB },
  { name: 'HTML of /otp/verify/, brotli', bytes: html.verify, budget: 5 * KB },
];

console.log(`${'Name'.padEnd(30)}${'Bytes'.padStart(10)}${'Budget'.padStart(10)}`);
for (const { name, bytes, budget } of rows) {
  const note = bytes > budget ? '  over budget' : '';
  console.log(`${name.padEnd(30)}${String(bytes).padStart(10)}${String(budget).padStart(10)}${note}`);
}
process.exitCode = rows.some(({ bytes, budget }) => bytes > budget) ? 1 : 0;
