import { NotMeScreen } from '../pages/not-me-screen.ts';
import { expectFits } from '../support/fits.ts';
import { expect, test } from '../support/fixtures.ts';
import { choose } from '../support/languages.ts';
import { STATES } from '../support/states.ts';
import { untranslated } from '../support/untranslated.ts';

// The pseudo-language has marks around each sentence, letters that no other text has, and longer
// sentences than English.
test.use({ viewport: { width: 320, height: 640 }, allowedProblems: [/status of 404/] });

test('in every state all text is translatable and fits the viewport', async ({ page, context, server }) => {
  test.setTimeout(90_000);
  await choose(context, server.url, 'en-XA');
  for (const name of Object.keys(STATES)) {
    await page.goto(`/dev/states/${name}/`);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA');
    expect(await untranslated(page), name).toEqual([]);
    await expectFits(page, name);
    if (/^(request|verify)(-\w+)?$/.test(name)) await page.screenshot({ path: `test-results/screens/pseudo-${name}.png`, fullPage: true });
  }
});

test('untranslated text is detected', async ({ page, context, server }) => {
  await page.goto('/dev/states/request/');
  expect((await untranslated(page)).length).toBeGreaterThan(10);
  await choose(context, server.url, 'en-XA');
  await page.goto('/dev/states/request/');
  await page.evaluate(() => {
    document.querySelector('h1')?.append(' and more');
    document.querySelector('#contact_value')?.setAttribute('aria-label', 'Contact');
    document.querySelector('#request-form button')?.setAttribute('data-busy', 'Sending…');
  });
  expect(await untranslated(page)).toEqual(['and more', 'aria-label=Contact', 'data-busy=Sending…']);
});

test('on the other pages all text is translatable and fits the viewport', async ({ page, context, screens, server, mailbox, customer, askByEmail }) => {
  test.setTimeout(90_000);
  const code = await askByEmail();
  const notMe = NotMeScreen.linkIn(await mailbox.mailTo(customer.email)).replace(server.url, '');
  await choose(context, server.url, 'en-XA');
  const look = async (path: string) => {
    await page.goto(path);
    expect(await untranslated(page), path).toEqual([]);
    await expectFits(page, path);
  };
  for (const path of ['/otp/request/', '/otp/verify/', '/otp/resend/', notMe, '/otp/not-me/?token=abc', '/account/undo/?token=abc', '/nowhere/']) {
    await look(path);
  }
  await page.goto('/otp/verify/');
  await screens.verify.waitForIslands();
  await page.locator('#otp_code').pressSequentially(code);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/account\/$/);
  for (const path of ['/account/', '/account/sessions/', '/account/contact/', '/otp/logout/']) await look(path);
  await server.advance(301);
  await look('/account/confirm/');
});

test('text that the islands insert is translatable', async ({ page, context, screens, server, customer, mailbox }) => {
  await choose(context, server.url, 'en-XA');
  await screens.request.open();
  await page.locator('#contact_type_phone').check();
  await page.locator('#contact_value').pressSequentially('12');
  expect(await untranslated(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.locator('#error-summary')).toBeVisible();
  expect(await untranslated(page)).toEqual([]);
  await page.locator('#contact_type_email').check();
  await page.locator('#contact_value').fill('ada@gmial.com');
  await expect(page.locator('#suggestion button')).toHaveText(/^⟦.*ada@gmail\.com.*⟧$/);
  expect(await untranslated(page)).toEqual([]);
  await expectFits(page, 'the question about a slip');
  await page.locator('#contact_value').fill(customer.email);
  await page.keyboard.press('Enter');
  await screens.verify.assertOpen();
  await page.locator('#otp_code').pressSequentially((await mailbox.codeTo(customer.email)).split('').reverse().join(''));
  await page.keyboard.press('Enter');
  await expect(page.locator('#error-summary')).toBeVisible();
  expect(await untranslated(page)).toEqual([]);
  await expectFits(page, 'a wrong code');
});
