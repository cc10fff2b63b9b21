import { expect } from '@playwright/test';
import { expectAccessible } from '../support/accessibility.ts';
import { Screen } from './screen.ts';

const SCREENS = {
  '/otp/resend/': { heading: 'Send a new code?', button: 'Send a new code' },
  '/otp/logout/': { heading: 'Sign out?', button: 'Sign out' },
} as const;

/** The page with one button, shown for a GET of a path on which only a POST acts. */
export class ConfirmScreen extends Screen {
  protected readonly path = '';

  async visit(path: keyof typeof SCREENS): Promise<void> {
    await this.page.goto(path);
    await expect(this.heading).toHaveText(SCREENS[path].heading);
    await expectAccessible(this.page, this.mode.runsScripts);
  }

  async confirm(path: keyof typeof SCREENS): Promise<void> {
    await this.page.getByRole('button', { name: SCREENS[path].button }).click();
  }
}
