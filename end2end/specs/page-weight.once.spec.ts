import { get } from 'node:http';
import { expect, test } from '../support/fixtures.ts';
import { LANGUAGES } from '../support/languages.ts';
import { listStates } from '../support/states.ts';

const MAX_HTML_BYTES = 5 * 1024;

interface CompressedResponse {
  encoding: string | undefined;
  bytes: number;
}

/** Requests brotli as a browser does over https; Chromium itself accepts brotli over https only. */
function fetchCompressed(url: string, headers: Record<string, string>): Promise<CompressedResponse> {
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
  const requests: { url: string; kind: string }[] = [];
  page.on('request', (request) => requests.push({ url: request.url(), kind: request.resourceType() }));
  await signIn();
  expect(requests.length).toBeGreaterThan(5);
  expect(requests.filter(({ url }) => !url.startsWith(`${server.url}/`) && !url.startsWith('data:'))).toEqual([]);
  expect(requests.filter(({ url, kind }) => kind === 'font' || /\.(woff2?|ttf|otf)/.test(url))).toEqual([]);
  expect(await page.evaluate(() => document.fonts.size)).toBe(0);
});

test('pages without islands load no scripts', async ({ page, requestCodeByEmail }) => {
  await requestCodeByEmail();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto('/dev/states/maintenance/');
  expect(requests.filter((url) => /\.(js|wasm)$/.test(url))).toEqual([]);
});

for (const { code, name } of LANGUAGES) {
  test(`the HTML of each state is compressed and at most 5 KiB in ${name}`, async ({ page, server }) => {
    for (const state of await listStates(page)) {
      const { encoding, bytes } = await fetchCompressed(`${server.url}/dev/states/${state}/`, { 'accept-language': code });
      expect(encoding, state).toBe('br');
      expect(bytes, state).toBeLessThanOrEqual(MAX_HTML_BYTES);
    }
    for (const path of ['/otp/request/', '/otp/resend/']) {
      const { encoding, bytes } = await fetchCompressed(server.url + path, { 'accept-language': code });
      if (path === '/otp/request/') expect(encoding).toBe('br');
      expect(bytes, path).toBeLessThanOrEqual(MAX_HTML_BYTES);
    }
  });
}
