import { LocalizedScreen } from '../pages/localized-screen.ts';
import { expect, test, wrongCode } from '../support/fixtures.ts';
import { Translations } from '../support/fluent.ts';
import { LANGUAGES, expectLanguage, normalizeText } from '../support/languages.ts';

const BRAND = 'Waste Billing';
const EMAIL = { kind: 'email' };
const SIX_DIGITS = { alphabet: 'digits', length: 6 };

// Other tests run axe on the screens in English, and on states in every language.
test.use({ audited: false });

for (const { code: language, name } of LANGUAGES) {
  test.describe(`in ${name}`, () => {
    const messages = new Translations(language);
    // The preferred language of the browser.
    test.use({ locale: language });

    test('a browser with this preferred language gets it on every screen and in the mail', async ({ page, hydrated, customer, mailbox }) => {
      const screen = new LocalizedScreen(page, { isHydrated: hydrated });
      await screen.open();
      await expectLanguage(page, language);
      await screen.expectText('h1', messages.format('request-heading'));
      await expect(page).toHaveTitle(`${messages.format('request-heading')} – ${BRAND}`);
      await screen.requestCode('email', 'jo@');
      await screen.expectText('#error-text', messages.format('error-contact-invalid', EMAIL));
      await screen.requestCode('email', customer.email);

      await screen.waitForPath('/otp/verify/');
      await expectLanguage(page, language);
      await screen.expectText('h1', messages.format('verify-heading', EMAIL));
      await screen.expectText('.lead', messages.format('code-sent-to', { ...SIX_DIGITS, contact: customer.email }));
      await screen.expectText('label[for=otp_code]', messages.format('code-label', SIX_DIGITS));
      // Digits run from left to right in every language.
      await expect(screen.code).toHaveCSS('direction', 'ltr');
      const code = await mailbox.codeTo(customer.email);
      await screen.submitCode(wrongCode(code));
      await screen.expectText('#error-text', messages.format('error-code-invalid', { count: 4 }));
      await screen.expectText('#attempts', messages.format('attempts', { count: 4 }));
      const title = messages.format('error-title', { title: messages.format('verify-heading', EMAIL) });
      await expect.poll(async () => normalizeText(await page.title())).toBe(normalizeText(`${title} – ${BRAND}`));

      const mail = await mailbox.mailTo(customer.email);
      const time = /\d\d:\d\d UTC/.exec(mail.subject)?.[0] ?? '';
      const asked = { purpose: 'sign_in', brand: BRAND, minutes: 5, time };
      expect(normalizeText(mail.subject)).toBe(normalizeText(messages.format('mail-code-subject', asked)));
      for (const id of ['mail-code-intro', 'mail-code-use', 'mail-code-never-asked']) {
        expect(normalizeText(mail.text)).toContain(normalizeText(messages.format(id, asked)));
        expect(normalizeText(textOf(mail.html))).toContain(normalizeText(messages.format(id, asked)));
      }
      expect(mail.html).toMatch(new RegExp(`<html[^>]* lang="${language}"`));

      await screen.submitCode(code);
      await screen.waitForPath('/account/');
      await screen.expectText('h1', messages.format('account-heading'));
      await screen.expectText('#notice', messages.format('notice-signed-in'));
    });
  });
}

test('the language switch offers every language and keeps the form input', async ({ page, hydrated, customer, texts }) => {
  const screen = new LocalizedScreen(page, { isHydrated: hydrated });
  await screen.open();
  await screen.radio('phone').check();
  await screen.contact.fill(customer.phone);
  for (const { code: language, name } of LANGUAGES) {
    const messages = new Translations(language);
    await screen.language(name).click();
    await screen.expectText('h1', messages.format('request-heading'));
    await screen.waitForPath('/otp/request/');
    await expectLanguage(page, language);
    await expect(screen.language(name)).toHaveAttribute('aria-current', 'true');
    await screen.expectText('label[for=contact_value]', messages.format('contact-label', { kind: 'phone' }));
    await expect(screen.radio('phone')).toBeChecked();
    await expect(screen.contact).toHaveValue(customer.phone);
    await expect(screen.contact).toHaveCSS('direction', 'ltr');
  }
  const arabic = new Translations('ar');
  await screen.button('request-form').click();
  await screen.waitForPath('/otp/verify/');
  await screen.expectText('h1', arabic.format('verify-heading', { kind: 'phone' }));
  const { text, code } = await texts.next();
  expect(normalizeText(text)).toContain(normalizeText(arabic.format('sms-code', { purpose: 'sign_in', brand: BRAND, code, minutes: 5 })));
});

test('the chosen language is kept on later pages and overrides the browser language', async ({ page, hydrated }) => {
  const german = new Translations('de');
  const screen = new LocalizedScreen(page, { isHydrated: hydrated });
  await screen.open();
  await screen.language('Deutsch').click();
  await screen.expectText('h1', german.format('request-heading'));
  await page.reload();
  await screen.expectText('h1', german.format('request-heading'));
  await page.goto('/otp/request/?next=/account/');
  await screen.expectText('h1', german.format('request-heading'));
});

test('changing the language keeps the next parameter', async ({ page, hydrated, customer, mailbox }) => {
  const screen = new LocalizedScreen(page, { isHydrated: hydrated });
  await page.goto('/otp/request/?next=/account/%3Ffrom%3Dbill');
  await screen.language('Français').click();
  await screen.expectText('h1', new Translations('fr').format('request-heading'));
  await screen.waitForPath('/otp/request/');
  await screen.requestCode('email', customer.email);
  await screen.waitForPath('/otp/verify/');
  await screen.submitCode(await mailbox.codeTo(customer.email));
  await expect(page).toHaveURL(/\/account\/\?from=bill$/);
});

test('the language switch returns to the current page', async ({ page, hydrated, customer, signIn }) => {
  await signIn();
  const screen = new LocalizedScreen(page, { isHydrated: hydrated });
  for (const path of ['/account/', '/account/contact/', '/account/sessions/', '/otp/logout/']) {
    const { code: language, name } = LANGUAGES[path === '/account/contact/' ? 6 : 1];
    await page.goto(path);
    await screen.language(name).click();
    await expectLanguage(page, language);
    await expect(page).toHaveURL((url) => url.pathname === path);
  }
  await expect(page.getByRole('main')).not.toContainText(customer.email);
});

test('a pending code can be entered after a change of language', async ({ page, hydrated, customer, requestCodeByEmail }) => {
  const code = await requestCodeByEmail();
  const messages = new Translations('ar');
  const screen = new LocalizedScreen(page, { isHydrated: hydrated });
  await screen.language('العربية').click();
  await screen.expectText('h1', messages.format('verify-heading', EMAIL));
  await screen.waitForPath('/otp/verify/');
  await screen.expectText('.lead', messages.format('code-sent-to', { ...SIX_DIGITS, contact: customer.email }));
  await screen.submitCode(code);
  await screen.waitForPath('/account/');
  await screen.expectText('h1', messages.format('account-heading'));
});

function textOf(html: string): string {
  return html
    .replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
