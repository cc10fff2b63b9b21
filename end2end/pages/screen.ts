import { expect, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility.ts';

export interface Mode {
  /**
   * Whether to wait for the islands before acting. The plain form handles what a test does before.
   */
  isHydrated: boolean;
  /** Whether axe checks the page; it does by default. */
  isAudited?: boolean;
  runsScripts: boolean;
}

/** The elements and assertions that all screens share. */
export abstract class Screen {
  protected abstract readonly path: string;
  /** The form that an island attaches to, if any. */
  protected readonly form?: Locator;

  constructor(
    readonly page: Page,
    protected readonly mode: Mode,
  ) {}

  async open(query = ''): Promise<void> {
    // Not "load": a delayed WASM must not delay the test.
    await this.page.goto(this.path + query, { waitUntil: 'domcontentloaded' });
    await this.assertOpen();
  }

  /** Asserts that the screen is open and that its islands, if any, are attached. */
  async assertOpen(): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.pathname === this.path);
    await expect(this.heading).toBeVisible();
    if (this.mode.isHydrated && this.form) await this.waitForIslands();
  }

  async waitForIslands(): Promise<void> {
    if (this.form) await expect(this.form).toHaveAttribute('data-ready');
  }

  /** Asserts that the screen is open and accessible. */
  protected async assertLoadedAs(heading: string | RegExp): Promise<void> {
    await this.assertOpen();
    await expect(this.heading).toHaveText(heading);
    await this.audit();
  }

  /** Asserts that the page is accessible. */
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

  /** Asserts that the error summary is visible and shows this message. */
  async assertError(message: string | RegExp): Promise<void> {
    await expect(this.errorSummary).toBeVisible();
    await expect(this.errorSummary.getByRole('heading')).toHaveText('There is a problem');
    await expect(this.errorLink).toHaveText(message);
    await expect(this.page).toHaveTitle(/^Error: /);
    await this.audit();
  }

  /** Asserts that the message is shown as a notice, which needs no correction. */
  async assertNotice(text: string | RegExp): Promise<void> {
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
