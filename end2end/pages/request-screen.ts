import { expect, type Locator } from '@playwright/test';
import { Screen } from './screen.ts';

export type ContactType = 'email' | 'phone';

const RADIO = { email: 'Email', phone: 'Text message' } as const;

/** /otp/request/ */
export class RequestScreen extends Screen {
  protected readonly path = '/otp/request/';
  protected override readonly form = this.page.locator('#request-form');

  async assertLoaded(): Promise<void> {
    await this.assertLoadedAs('Sign in to your account');
  }

  radio(type: ContactType): Locator {
    return this.page.getByRole('radio', { name: RADIO[type], exact: true });
  }

  /** The contact field, whose label follows the selected radio button. */
  get field(): Locator {
    return this.page.getByRole('textbox', { name: /^(Email address|Mobile number)/ });
  }

  /**
   * Not found by its label, which changes while the form is sent. The suggestion is a button of the
   * form, too.
   */
  get sendButton(): Locator {
    return this.form.locator('button[type=submit]');
  }

  get rememberCheckbox(): Locator {
    return this.page.getByRole('checkbox', { name: 'Remember this on my device' });
  }

  async fill(type: ContactType, contact: string): Promise<void> {
    await this.radio(type).check();
    await this.field.fill(contact);
  }

  async requestCode(type: ContactType, contact: string): Promise<void> {
    await this.fill(type, contact);
    await this.page.getByRole('button', { name: 'Send code' }).click();
  }

  async assertContact(type: ContactType, contact: string): Promise<void> {
    await expect(this.radio(type)).toBeChecked();
    await expect(this.field).toHaveValue(contact);
  }
}
