import { trackPageLoad } from '../support/browser-helpers.ts';
import { expect, test } from '../support/fixtures.ts';

test('the contact field changes with the selected contact type', async ({ page, screens }) => {
  await screens.request.open();
  const email = { inputmode: 'email', autocomplete: 'email', placeholder: 'you@example.com' };
  const phone = { inputmode: 'tel', autocomplete: 'tel', placeholder: '+1\u00a0201\u00a0555\u00a00123' };
  for (const [type, label, attributes] of [
    ['phone', 'Mobile number', phone],
    ['email', 'Email address', email],
  ] as const) {
    await screens.request.radio(type).check();
    const field = page.getByRole('textbox', { name: label, exact: true });
    for (const [name, value] of Object.entries(attributes)) await expect(field).toHaveAttribute(name, value);
    await screens.request.assertLoaded();
  }
});

test('changing the contact type keeps the input', async ({ screens, customer }) => {
  await screens.request.open();
  await screens.request.field.fill(customer.phone);
  await screens.request.radio('phone').check();
  await screens.request.assertContact('phone', customer.phone);
});

test('a rejected contact shows the error without a page load and focuses it', async ({ page, screens }) => {
  await screens.request.open();
  const wasLoaded = await trackPageLoad(page);
  await screens.request.requestCode('email', 'jo@');
  await screens.request.assertError(/^Enter an email address/);
  await expect(screens.request.errorSummary).toBeFocused();
  await screens.request.errorLink.click();
  await expect(screens.request.field).toBeFocused();
  expect(await wasLoaded()).toBe(false);
});

test.describe('while the browser is offline', () => {
  test.use({ allowedProblems: [/ERR_INTERNET_DISCONNECTED/] });

  test('the form shows an error and keeps the contact', async ({ context, screens, customer }) => {
    await screens.request.open();
    await screens.request.fill('email', customer.email);
    await context.setOffline(true);
    await screens.request.sendButton.click();
    await screens.request.assertError(/connection failed/);
    await screens.request.assertContact('email', customer.email);
    await context.setOffline(false);
    await screens.request.sendButton.click();
    await screens.verify.assertLoaded();
  });
});
