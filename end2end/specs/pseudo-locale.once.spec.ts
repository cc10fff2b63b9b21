import { NotMeScreen } from '../pages/not-me-screen.ts';
import { expectNoOverflow } from '../support/overflow.ts';
import { expect, test } from '../support/fixtures.ts';
import { setLanguageCookie } from '../support/languages.ts';
import { STATES } from '../support/states.ts';
import { findUntranslated } from '../support/untranslated.ts';

// The pseudo-locale adds markers around each message, replaces letters, and makes messages longer
// than in English.
test.use({ viewport: { width: 320, height: 640 }, allowedProblems: [/status of 404/] });

test('in every state all text is translatable and fits the viewport', async ({ page, context, server }) => {
  test.setTimeout(90_000);
  await setLanguageCookie(context, server.url, 'en-XA');
  for (const name of Object.keys(STATES)) {
    await page.goto(`/dev/states/${name}/`);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA');
    expect(await findUntranslated(page), name).toEqual([]);
    await expectNoOverflow(page, name);
    if (/^(request|verify)(-\w+)?$/.test(name)) await page.screenshot({ path: `test-results/screens/pseudo-${name}.png`, fullPage: true });
  }
});

test('untranslated text is detected', async ({ page, context, server }) => {
  await page.goto('/dev/states/request/');
  expect((await findUntranslated(page)).length).toBeGreaterThan(10);
  await setLanguageCookie(context, server.url, 'en-XA');
  await page.goto('/dev/states/request/');
  await page.evaluate(() => {
    document.querySelector('h1')?.append(' and more');
    document.querySelector('#contact_value')?.setAttribute('aria-label', 'Contact');
    document.querySelector('#request-form button')?.setAttribute('data-busy', 'Sending…');
  });
  expect(await findUntranslated(page)).toEqual(['and more', 'aria-label=Contact', 'data-busy=Sending…']);
});

test('on the other pages all text is translatable and fits the viewport', async ({ page, context, screens, server, mailbox, customer, requestCodeByEmail }) => {
  test.setTimeout(90_000);
  const code = await requestCodeByEmail();
  const notMe = NotMeScreen.extractLink(await mailbox.mailTo(customer.email)).replace(server.url, '');
  await setLanguageCookie(context, server.url, 'en-XA');
  const check = async (path: string) => {
    await page.goto(path);
    expect(await findUntranslated(page), path).toEqual([]);
    await expectNoOverflow(page, path);
  };
  for (const path of ['/otp/request/', '/otp/verify/', '/otp/resend/', notMe, '/otp/not-me/?token=abc', '/account/undo/?token=abc', '/nowhere/']) {
    await check(path);
  }
  await page.goto('/otp/verify/');
  await screens.verify.waitForIslands();
  await page.locator('#otp_code').pressSequentially(code);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/account\/$/);
  for (const path of ['/account/', '/account/sessions/', '/account/contact/', '/otp/logout/']) await check(path);
  await server.advance(301);
  await check('/account/confirm/');
});

test('text that the islands insert is translatable', async ({ page, context, screens, server, customer, mailbox }) => {
  await setLanguageCookie(context, server.url, 'en-XA');
  await screens.request.open();
  await page.locator('#contact_type_phone').check();
  await page.locator('#contact_value').pressSequentially('12');
  expect(await findUntranslated(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.locator('#error-summary')).toBeVisible();
  expect(await findUntranslated(page)).toEqual([]);
  await page.locator('#contact_type_email').check();
  await page.locator('#contact_value').fill('ada@gmial.com');
  await expect(page.locator('#suggestion button')).toHaveText(/^⟦.*ada@gmail\.com.*⟧$/);
  expect(await findUntranslated(page)).toEqual([]);
  await expectNoOverflow(page, 'the suggestion');
  await page.locator('#contact_value').fill(customer.email);
  await page.keyboard.press('Enter');
  await screens.verify.assertOpen();
  await page.locator('#otp_code').pressSequentially((await mailbox.codeTo(customer.email)).split('').reverse().join(''));
  await page.keyboard.press('Enter');
  await expect(page.locator('#error-summary')).toBeVisible();
  expect(await findUntranslated(page)).toEqual([]);
  await expectNoOverflow(page, 'a wrong code');
});
