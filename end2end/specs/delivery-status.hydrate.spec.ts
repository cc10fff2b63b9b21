import { expect, test } from '../support/fixtures.ts';
import { trackPageLoad } from '../support/browser-helpers.ts';

const SENT = 'Sent. It can take a few minutes. Check your spam folder.';
const OVERDUE = 'Still nothing? Check the address, your spam folder, or ask for a new code.';

test('the delivery status is updated while the page is open', async ({ page, screens, server, requestCodeByEmail }) => {
  await requestCodeByEmail();
  const wasLoaded = await trackPageLoad(page);
  await expect(screens.verify.delivery).toHaveText(SENT);
  await server.advance(61);
  await expect(screens.verify.delivery).toHaveText(OVERDUE);
  await expect(screens.verify.delivery).toHaveRole('status');
  expect(await wasLoaded()).toBe(false);
  await screens.verify.assertLoaded();
});

test('the page polls the delivery status without EventSource', async ({ page, screens, server, requestCodeByEmail }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'EventSource'));
  await requestCodeByEmail();
  await server.advance(61);
  await expect(screens.verify.delivery).toHaveText(OVERDUE, { timeout: 15_000 });
});

test('the page polls the delivery status when a proxy holds the event stream back', async ({ page, screens, server, requestCodeByEmail }) => {
  await page.route(/\/otp\/status\//, (route) =>
    route.request().headers()['accept']?.includes('event-stream') ? undefined : route.continue(),
  );
  await requestCodeByEmail();
  await server.advance(61);
  await expect(screens.verify.delivery).toHaveText(OVERDUE, { timeout: 15_000 });
});

test.describe('when the event stream fails', () => {
  test.use({ allowedProblems: [/\/otp\/status\//] });

  test('the page polls the delivery status instead', async ({ page, screens, server, requestCodeByEmail }) => {
    await page.route(/\/otp\/status\//, (route) =>
      route.request().headers()['accept']?.includes('event-stream') ? route.abort() : route.continue(),
    );
    await requestCodeByEmail();
    await server.advance(61);
    await expect(screens.verify.delivery).toHaveText(OVERDUE, { timeout: 15_000 });
  });
});
