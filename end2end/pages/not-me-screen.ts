import { expect } from '@playwright/test';
import { Screen } from './screen.ts';

/** /otp/not-me/ */
export class NotMeScreen extends Screen {
  protected readonly path = '/otp/not-me/';

  /** Returns the link in an email, with its token. */
  static extractLink(mail: { text: string }): string {
    const link = /^https?:\/\/\S+\/otp\/not-me\/\?token=[a-p]+$/m.exec(mail.text)?.[0];
    if (!link) throw new Error(`no link in:\n${mail.text}`);
    return link;
  }

  async follow(link: string): Promise<void> {
    await this.page.goto(link);
    await this.assertLoadedAs('Was this not you?');
  }

  async confirm(): Promise<void> {
    await this.page.getByRole('button', { name: 'This was not me' }).click();
    await expect(this.heading).toHaveText('Done');
  }

  async assertDone(masked: string): Promise<void> {
    await expect(this.page.getByRole('main')).toContainText(
      `The code no longer works. For 24 hours codes for ${masked} go only to browsers that have signed in before.`,
    );
    await this.audit();
  }

  async assertInvalidLink(): Promise<void> {
    await expect(this.heading).toHaveText('This link does not work');
    await this.audit();
  }
}
