import { get } from 'node:http';
import { expect, test } from '../support/fixtures.ts';
import { LANGUAGES } from '../support/languages.ts';
import { listed } from '../support/states.ts';

const HTML_LIMIT = 5 * 1024;

interface Received {
  encoding: string | undefined;
  bytes: number;
}

/** Requests brotli as a browser does over https; Chromium itself accepts brotli over https only. */
function receive(url: string, headers: Record<string, string>): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { 'accept': 'text/html', 'accept-encoding': 'gzip, br', ...headers } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => resolve({ encoding: response.headers['content-encoding'], bytes }));
    });
    request.on('error', reject);
  });
}

test('sign-in makes no request to other hosts and loads no font', async ({ page, server, signIn }) => {
  const asked: { url: string; kind: string }[] = [];
  page.on('request', (request) => asked.push({ url: request.url(), kind: request.resourceType() }));
  await signIn();
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter(({ url }) => !url.startsWith(`${server.url}/`) && !url.startsWith('data:'))).toEqual([]);
  expect(asked.filter(({ url, kind }) => kind === 'font' || /\.(woff2?|ttf|otf)/.test(url))).toEqual([]);
  expect(await page.evaluate(() => document.fonts.size)).toBe(0);
});

test('pages without islands load no scripts', async ({ page, askByEmail }) => {
  await askByEmail();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto('/dev/states/maintenance/');
  expect(asked.filter((url) => /\.(js|wasm)$/.test(url))).toEqual([]);
});

for (const { code, name } of LANGUAGES) {
  test(`the HTML of each state is compressed and at most 5 KiB in ${name}`, async ({ page, server }) => {
    for (const state of await listed(page)) {
      const { encoding, bytes } = await receive(`${server.url}/dev/states/${state}/`, { 'accept-language': code });
      expect(encoding, state).toBe('br');
      expect(bytes, state).toBeLessThanOrEqual(HTML_LIMIT);
    }
    for (const path of ['/otp/request/', '/otp/resend/']) {
      const { encoding, bytes } = await receive(server.url + path, { 'accept-language': code });
      if (path === '/otp/request/') expect(encoding).toBe('br');
      expect(bytes, path).toBeLessThanOrEqual(HTML_LIMIT);
    }
  });
}
