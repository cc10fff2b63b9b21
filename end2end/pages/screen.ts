import { expect, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility.ts';

export interface Mode {
  /** Wait for the islands before doing anything: what a test does before is answered by the plain form. */
  isHydrated: boolean;
  /** Axe looks at the page unless this is false. */
  isAudited?: boolean;
  runsScripts: boolean;
}

/** What every screen has. */
export abstract class Screen {
  protected abstract readonly path: string;
  /** The form an island attaches to, if any. */
  protected readonly form?: Locator;

  constructor(
    readonly page: Page,
    protected readonly mode: Mode,
  ) {}

  async open(query = ''): Promise<void> {
    // Not "load": a held or slow WASM must not hold the test.
    await this.page.goto(this.path + query, { waitUntil: 'domcontentloaded' });
    await this.assertOpen();
  }

  /** The screen is there and its islands, if any, are alive. */
  async assertOpen(): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.pathname === this.path);
    await expect(this.heading).toBeVisible();
    if (this.mode.isHydrated && this.form) await this.waitForIslands();
  }

  async waitForIslands(): Promise<void> {
    if (this.form) await expect(this.form).toHaveAttribute('data-ready');
  }

  /** The screen is there and nothing in it keeps anybody out. */
  protected async assertLoadedAs(heading: string | RegExp): Promise<void> {
    await this.assertOpen();
    await expect(this.heading).toHaveText(heading);
    await this.audit();
  }

  /** Nothing on the page keeps anybody out. */
  protected async audit(): Promise<void> {
    if (this.mode.isAudited !== false) await expectAccessible(this.page, this.mode.runsScripts);
  }

  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  get errorSummary(): Locator {
    return this.page.locator('#error-summary');
  }

  get errorLink(): Locator {
    return this.errorSummary.getByRole('link');
  }

  get notice(): Locator {
    return this.page.locator('#notice');
  }

  /** The error is told in the summary, and the summary can be seen. */
  async assertError(message: string | RegExp): Promise<void> {
    await expect(this.errorSummary).toBeVisible();
    await expect(this.errorSummary.getByRole('heading')).toHaveText('There is a problem');
    await expect(this.errorLink).toHaveText(message);
    await expect(this.page).toHaveTitle(/^Error: /);
    await this.audit();
  }

  /** It is told as news: there is nothing to mend. */
  async assertNews(text: string | RegExp): Promise<void> {
    await expect(this.notice).toHaveText(text);
    await expect(this.notice).toHaveRole('status');
    await expect(this.notice).toBeInViewport();
    await expect(this.page).not.toHaveTitle(/^Error: /);
    await this.assertNoError();
    await this.audit();
  }

  async assertNoError(): Promise<void> {
    await expect(this.errorSummary).toBeHidden();
  }
}
