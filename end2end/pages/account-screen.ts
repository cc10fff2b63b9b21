import { expect, type Locator } from '@playwright/test';
import { Screen } from './screen.ts';

/** /account/ */
export class AccountScreen extends Screen {
  protected readonly path = '/account/';

  async assertLoaded(): Promise<void> {
    await this.assertLoadedAs('Your account');
  }

  get signOutButton(): Locator {
    return this.page.getByRole('button', { name: 'Sign out' });
  }

  async assertShows(name: string): Promise<void> {
    await expect(this.page.getByRole('main')).toContainText(name);
  }
}
