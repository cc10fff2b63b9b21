import { expect, type Locator, type Page } from '@playwright/test';
import { expectSaid } from '../support/languages.ts';

/** The screens in any language: elements are found without their texts. */
export class AnyLanguage {
  constructor(
    readonly page: Page,
    private readonly mode: { isHydrated: boolean },
  ) {}

  get contact(): Locator {
    return this.page.locator('#contact_value');
  }

  radio(type: 'email' | 'phone'): Locator {
    return this.page.locator(`#contact_type_${type}`);
  }

  get code(): Locator {
    return this.page.locator('#otp_code');
  }

  /** The submit button of a form. */
  button(form: string): Locator {
    return this.page.locator(`#${form} button[type=submit]`);
  }

  /** The button that switches to a language. */
  language(name: string): Locator {
    return this.page.locator('#language-form').getByRole('button', { name, exact: true });
  }

  async open(path = '/otp/request/'): Promise<void> {
    await this.page.goto(path, { waitUntil: 'domcontentloaded' });
    await this.isAt(path);
  }

  /** Waits until the page is open and, in the hydrated mode, its form is ready. */
  async isAt(path: string): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.pathname === path);
    const form = { '/otp/request/': '#request-form', '/otp/verify/': '#verify-form' }[path];
    if (this.mode.isHydrated && form) await expect(this.page.locator(form)).toHaveAttribute('data-ready');
  }

  async ask(type: 'email' | 'phone', contact: string): Promise<void> {
    await this.radio(type).check();
    await this.contact.fill(contact);
    await this.button('request-form').click();
  }

  async answer(code: string): Promise<void> {
    await this.code.clear();
    await this.code.pressSequentially(code);
    await this.button('verify-form').click();
  }

  async says(selector: string, sentence: string): Promise<void> {
    await expectSaid(this.page, selector, sentence);
  }
}
