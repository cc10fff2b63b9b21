import type { APIRequestContext } from '@playwright/test';
import { NotMeScreen } from '../pages/not-me-screen.ts';
import { expect, test, wrongCode } from '../support/fixtures.ts';
import { expectValidMarkup } from '../support/markup.ts';

test('the HTML of every screen is valid', async ({ page, server, customer, mailbox }) => {
  const browser = page.request;
  const send = (path: string, form: Record<string, string>) => post(browser, server.url, path, form);
  const pages: [string, string][] = [
    ['request', await get(browser, '/otp/request/?next=/account/')],
    ['request with an error', await send('/otp/request/', { contact_type: 'email', contact_value: '"><b>' })],
    ['verify', await send('/otp/request/', { contact_type: 'email', contact_value: customer.email })],
    ['request with a pending code', await get(browser, '/otp/request/')],
    ['confirm resend', await get(browser, '/otp/resend/')],
  ];
  const code = await mailbox.codeTo(customer.email);
  const notMe = NotMeScreen.extractLink(await mailbox.mailTo(customer.email)).replace(server.url, '');
  pages.push(
    ['not me', await get(browser, notMe)],
    ['not me, done', await get(browser, notMe.replace('/?', '/done/?'))],
    ['the developer\'s inbox', await get(browser, '/dev/inbox/')],
    ['verify with an error', await send('/otp/verify/', { otp_code: wrongCode(code) })],
    ['account', await send('/otp/verify/', { otp_code: code })],
    ['confirm logout', await get(browser, '/otp/logout/')],
    ['not found', await get(browser, '/nowhere/')],
  );
  for (const [name, html] of pages) await test.step(name, () => expectValidMarkup(html));
});

test('the HTML of the verify screen is valid with an expired and an exhausted code', async ({ page, server, customer, mailbox }) => {
  const send = (path: string, form: Record<string, string>) => post(page.request, server.url, path, form);
  await send('/otp/request/', { contact_type: 'phone', contact_value: customer.phone });
  await server.advance(301);
  await expectValidMarkup(await get(page.request, '/otp/verify/'));
  await send('/otp/change/', {});
  await send('/otp/request/', { contact_type: 'email', contact_value: customer.email });
  const code = await mailbox.codeTo(customer.email);
  for (let answers = 0; answers < 4; answers += 1) await send('/otp/verify/', { otp_code: wrongCode(code) });
  const exhausted = await send('/otp/verify/', { otp_code: wrongCode(code) });
  expect(exhausted).toContain('Attempts remaining: 0.');
  await expectValidMarkup(exhausted);
});

async function get(browser: APIRequestContext, path: string): Promise<string> {
  return (await browser.get(path, { headers: { accept: 'text/html' } })).text();
}

/** Posts the plain form and follows the redirect, as a browser without JavaScript does. */
async function post(browser: APIRequestContext, origin: string, path: string, form: Record<string, string>): Promise<string> {
  const response = await browser.post(path, { form, headers: { origin, accept: 'text/html' } });
  expect(response.status(), path).toBe(200);
  return response.text();
}
