import { expect, test } from '../support/fixtures.ts';

test('a browser that blocks cookies is told why it cannot sign in', async ({ page, screens, customer }) => {
  // The browser drops every cookie that the server sets.
  await page.route('**/*', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const headers = Object.fromEntries(Object.entries(response.headers()).filter(([name]) => name !== 'set-cookie'));
    await page.context().clearCookies();
    await route.fulfill({ response, headers });
  });
  await screens.request.open();
  await screens.request.requestCode('email', customer.email);
  await expect(screens.verify.heading).toHaveText('Your browser blocks cookies');
  await page.getByRole('link', { name: 'Go to the start page' }).click();
  await screens.request.assertLoaded();
});
