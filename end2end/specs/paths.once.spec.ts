import { expect, test } from '../support/fixtures.ts';

const PATHS = [
  ...['/otp/request', '/otp/verify', '/otp/resend', '/otp/logout', '/otp/change', '/otp/status', '/otp/not-me', '/account'],
  ...['/account/confirm', '/account/sessions', '/account/contact', '/account/contact/verify', '/account/undo'],
];

for (const path of PATHS) {
  test(`${path} redirects permanently to the path with a trailing slash`, async ({ request }) => {
    const response = await request.get(`${path}?next=/account/`, { maxRedirects: 0 });
    expect(response.status()).toBe(308);
    expect(response.headers()['location']).toBe(`${path}/?next=/account/`);
  });
}

test('the root path shows the request screen', async ({ page, screens }) => {
  await page.goto('/');
  await screens.request.assertLoaded();
});

test('a cross-site form submission is rejected and sends nothing', async ({ request, customer, mailbox, page }) => {
  const form = { contact_type: 'email', contact_value: customer.email };
  const response = await request.post('/otp/request/', { form, headers: { origin: 'https://evil.example' } });
  expect(response.status()).toBe(403);
  await page.waitForTimeout(300);
  expect(await mailbox.mailsTo(customer.email)).toHaveLength(0);
});

test('static files are immutable and compressed with brotli', async ({ page, screens }) => {
  const files: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/pkg/')) files.push(request.url());
  });
  await screens.request.open();
  for (const kind of ['.css', '.js', '.wasm']) expect(files.some((url) => url.endsWith(kind)), kind).toBe(true);
  for (const file of files) {
    // Requested separately, because Chromium accepts brotli over https only.
    const headers = (await page.request.get(file, { headers: { 'accept-encoding': 'br' } })).headers();
    expect(headers['cache-control'], file).toContain('immutable');
    expect(headers['content-encoding'], file).toBe('br');
  }
});

test.describe('unknown path', () => {
  test.use({ allowedProblems: [/status of 404/] });

  test('an unknown path shows a 404 page with a link to the start page', async ({ page, screens }) => {
    const response = await page.goto('/nowhere/');
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
    await page.getByRole('link', { name: 'Go to the start page' }).click();
    await screens.request.assertLoaded();
  });
});
