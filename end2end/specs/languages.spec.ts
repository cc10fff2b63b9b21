import { AnyLanguage } from '../pages/any-language.ts';
import { expect, test, wrong } from '../support/fixtures.ts';
import { Sentences } from '../support/fluent.ts';
import { LANGUAGES, expectLanguage, seen } from '../support/languages.ts';

const BRAND = 'Waste Billing';
const EMAIL = { kind: 'email' };
const SIX_DIGITS = { alphabet: 'digits', length: 6 };

// Other tests run axe on the screens in English, and on states in every language.
test.use({ audited: false });

for (const { code: language, name } of LANGUAGES) {
  test.describe(`in ${name}`, () => {
    const words = new Sentences(language);
    // The language that the browser requests.
    test.use({ locale: language });

    test('a browser with this preferred language gets it on every screen and in the mail', async ({ page, hydrated, customer, mailbox }) => {
      const screen = new AnyLanguage(page, { isHydrated: hydrated });
      await screen.open();
      await expectLanguage(page, language);
      await screen.says('h1', words.say('request-heading'));
      await expect(page).toHaveTitle(`${words.say('request-heading')} – ${BRAND}`);
      await screen.ask('email', 'jo@');
      await screen.says('#error-text', words.say('error-contact-invalid', EMAIL));
      await screen.ask('email', customer.email);

      await screen.isAt('/otp/verify/');
      await expectLanguage(page, language);
      await screen.says('h1', words.say('verify-heading', EMAIL));
      await screen.says('.lead', words.say('code-sent-to', { ...SIX_DIGITS, contact: customer.email }));
      await screen.says('label[for=otp_code]', words.say('code-label', SIX_DIGITS));
      // Digits run from left to right in every language.
      await expect(screen.code).toHaveCSS('direction', 'ltr');
      const code = await mailbox.codeTo(customer.email);
      await screen.answer(wrong(code));
      await screen.says('#error-text', words.say('error-code-invalid', { count: 4 }));
      await screen.says('#attempts', words.say('attempts', { count: 4 }));
      const title = words.say('error-title', { title: words.say('verify-heading', EMAIL) });
      await expect.poll(async () => seen(await page.title())).toBe(seen(`${title} – ${BRAND}`));

      const mail = await mailbox.mailTo(customer.email);
      const time = /\d\d:\d\d UTC/.exec(mail.subject)?.[0] ?? '';
      const asked = { purpose: 'sign_in', brand: BRAND, minutes: 5, time };
      expect(seen(mail.subject)).toBe(seen(words.say('mail-code-subject', asked)));
      for (const id of ['mail-code-intro', 'mail-code-use', 'mail-code-never-asked']) {
        expect(seen(mail.text)).toContain(seen(words.say(id, asked)));
        expect(seen(textOf(mail.html))).toContain(seen(words.say(id, asked)));
      }
      expect(mail.html).toMatch(new RegExp(`<html[^>]* lang="${language}"`));

      await screen.answer(code);
      await screen.isAt('/account/');
      await screen.says('h1', words.say('account-heading'));
      await screen.says('#notice', words.say('notice-signed-in'));
    });
  });
}

test('the language switch offers every language and keeps the form input', async ({ page, hydrated, customer, texts }) => {
  const screen = new AnyLanguage(page, { isHydrated: hydrated });
  await screen.open();
  await screen.radio('phone').check();
  await screen.contact.fill(customer.phone);
  for (const { code: language, name } of LANGUAGES) {
    const words = new Sentences(language);
    await screen.language(name).click();
    await screen.says('h1', words.say('request-heading'));
    await screen.isAt('/otp/request/');
    await expectLanguage(page, language);
    await expect(screen.language(name)).toHaveAttribute('aria-current', 'true');
    await screen.says('label[for=contact_value]', words.say('contact-label', { kind: 'phone' }));
    await expect(screen.radio('phone')).toBeChecked();
    await expect(screen.contact).toHaveValue(customer.phone);
    await expect(screen.contact).toHaveCSS('direction', 'ltr');
  }
  const arabic = new Sentences('ar');
  await screen.button('request-form').click();
  await screen.isAt('/otp/verify/');
  await screen.says('h1', arabic.say('verify-heading', { kind: 'phone' }));
  const { text, code } = await texts.next();
  expect(seen(text)).toContain(seen(arabic.say('sms-code', { purpose: 'sign_in', brand: BRAND, code, minutes: 5 })));
});

test('the chosen language is kept on later pages and overrides the browser language', async ({ page, hydrated }) => {
  const german = new Sentences('de');
  const screen = new AnyLanguage(page, { isHydrated: hydrated });
  await screen.open();
  await screen.language('Deutsch').click();
  await screen.says('h1', german.say('request-heading'));
  await page.reload();
  await screen.says('h1', german.say('request-heading'));
  await page.goto('/otp/request/?next=/account/');
  await screen.says('h1', german.say('request-heading'));
});

test('changing the language keeps the next parameter', async ({ page, hydrated, customer, mailbox }) => {
  const screen = new AnyLanguage(page, { isHydrated: hydrated });
  await page.goto('/otp/request/?next=/account/%3Ffrom%3Dbill');
  await screen.language('Français').click();
  await screen.says('h1', new Sentences('fr').say('request-heading'));
  await screen.isAt('/otp/request/');
  await screen.ask('email', customer.email);
  await screen.isAt('/otp/verify/');
  await screen.answer(await mailbox.codeTo(customer.email));
  await expect(page).toHaveURL(/\/account\/\?from=bill$/);
});

test('the language switch returns to the current page', async ({ page, hydrated, customer, signIn }) => {
  await signIn();
  const screen = new AnyLanguage(page, { isHydrated: hydrated });
  for (const path of ['/account/', '/account/contact/', '/account/sessions/', '/otp/logout/']) {
    const { code: language, name } = LANGUAGES[path === '/account/contact/' ? 6 : 1];
    await page.goto(path);
    await screen.language(name).click();
    await expectLanguage(page, language);
    await expect(page).toHaveURL((url) => url.pathname === path);
  }
  await expect(page.getByRole('main')).not.toContainText(customer.email);
});

test('a pending code can be entered after a change of language', async ({ page, hydrated, customer, askByEmail }) => {
  const code = await askByEmail();
  const words = new Sentences('ar');
  const screen = new AnyLanguage(page, { isHydrated: hydrated });
  await screen.language('العربية').click();
  await screen.says('h1', words.say('verify-heading', EMAIL));
  await screen.isAt('/otp/verify/');
  await screen.says('.lead', words.say('code-sent-to', { ...SIX_DIGITS, contact: customer.email }));
  await screen.answer(code);
  await screen.isAt('/account/');
  await screen.says('h1', words.say('account-heading'));
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
