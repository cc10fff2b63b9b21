import { expect, type Locator } from '@playwright/test';
import { Screen } from './screen.ts';

/** /account/confirm/ */
export class StepUpScreen extends Screen {
  protected readonly path = '/account/confirm/';

  async assertLoaded(): Promise<void> {
    await this.assertLoadedAs('Confirm that it is you');
  }

  async send(): Promise<void> {
    await this.page.getByRole('button', { name: 'Send code' }).click();
    await expect(this.notice).toHaveText('OTP sent successfully.');
    await this.audit();
  }

  async submitCode(code: string): Promise<void> {
    await this.page.getByRole('textbox', { name: /^\d-(digit|letter) code$/ }).fill(code);
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }
}

/** /account/sessions/ */
export class SessionsScreen extends Screen {
  protected readonly path = '/account/sessions/';

  async assertLoaded(): Promise<void> {
    await this.assertLoadedAs('Where you are signed in');
  }

  get rows(): Locator {
    return this.page.locator('#sessions').getByRole('listitem');
  }

  /** The browsers that the customer has signed in with. */
  get knownBrowsers(): Locator {
    return this.page.locator('#browsers').getByRole('listitem');
  }

  get signOutThereButton(): Locator {
    return this.page.getByRole('button', { name: 'Sign out there' });
  }

  get signOutEverywhereButton(): Locator {
    return this.page.getByRole('button', { name: 'Sign out everywhere' });
  }
}

/** /account/contact/ and the page for the code after it */
export class ContactScreen extends Screen {
  protected readonly path = '/account/contact/';

  async assertLoaded(): Promise<void> {
    await this.assertLoadedAs('Change your contact');
  }

  async submitEmail(contact: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'New email address' });
    await field.fill(contact);
    await field.press('Enter');
  }

  async assertCodeRequested(): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.pathname === '/account/contact/verify/');
    await expect(this.heading).toHaveText('Check your email');
    await this.audit();
  }

  async submitCode(code: string): Promise<void> {
    await this.page.getByRole('textbox', { name: /^\d-(digit|letter) code$/ }).fill(code);
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }
}

/** /account/undo/ */
export class UndoScreen extends Screen {
  protected readonly path = '/account/undo/';

  /** Returns the link in an email, with its token. */
  static extractLink(mail: { text: string }): string {
    const link = /^https?:\/\/\S+\/account\/undo\/\?token=[a-p]+$/m.exec(mail.text)?.[0];
    if (!link) throw new Error(`no link in:\n${mail.text}`);
    return link;
  }

  async follow(link: string): Promise<void> {
    await this.page.goto(link);
    await this.assertLoadedAs('Undo the change?');
  }

  async confirm(): Promise<void> {
    await this.page.getByRole('button', { name: 'Undo the change' }).click();
    await expect(this.heading).toHaveText('The change is undone');
    await this.audit();
  }
}
