import { expect, type Locator, type Page } from '@playwright/test';
import { expectElementText } from '../support/languages.ts';

/** A page object for the screens in any language. Its locators do not depend on texts. */
export class LocalizedScreen {
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
    await this.waitForPath(path);
  }

  /** Waits until the page is open and, in the hydrated mode, its form is ready. */
  async waitForPath(path: string): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.pathname === path);
    const form = { '/otp/request/': '#request-form', '/otp/verify/': '#verify-form' }[path];
    if (this.mode.isHydrated && form) await expect(this.page.locator(form)).toHaveAttribute('data-ready');
  }

  async requestCode(type: 'email' | 'phone', contact: string): Promise<void> {
    await this.radio(type).check();
    await this.contact.fill(contact);
    await this.button('request-form').click();
  }

  async submitCode(code: string): Promise<void> {
    await this.code.clear();
    await this.code.pressSequentially(code);
    await this.button('verify-form').click();
  }

  async expectText(selector: string, text: string): Promise<void> {
    await expectElementText(this.page, selector, text);
  }
}
