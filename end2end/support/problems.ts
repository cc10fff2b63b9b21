import type { BrowserContext, ConsoleMessage, Page } from '@playwright/test';

/**
 * Chromium reports each rejected form as a loading error; 422 and 429 are normal replies of this
 * site.
 */
const REJECTED_FORM = /^Failed to load resource: the server responded with a status of (422|429)/;

/**
 * The page preloads the WASM. A slow machine uses it late, and a browser without JavaScript never
 * does.
 */
const UNUSED_PRELOAD = /was preloaded using link preload but not used/;

/** The errors that Chromium and Firefox report for requests that a navigation cancels. */
const CANCELLED_REQUEST = ['net::ERR_ABORTED', 'NS_BINDING_ABORTED'];

/**
 * A script that forces a layout before the stylesheet has loaded, as Playwright's checks do, ends
 * the transition between two pages: the next page is shown immediately.
 */
const SKIPPED_TRANSITION = /Transition was (aborted|skipped)/;

/** The reason that Chromium gives for every script that it skips because JavaScript is off. */
const BLOCKED_SCRIPT = 'csp';

/** URLs that contain a contact or a code. No link or redirect may lead to one. */
const PERSONAL_DATA = /@|%40|[?&#].*\d{6}|__err|__path/;

/** Collects errors of the browser during a test, which the page itself may not show. */
export class Problems {
  readonly found: string[] = [];

  constructor(
    context: BrowserContext,
    private readonly allowed: RegExp[],
    runsScripts: boolean,
  ) {
    context.on('console', (message) => this.onConsole(message));
    context.on('weberror', (error) => this.onError(error.error()));
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      if (CANCELLED_REQUEST.includes(reason) || (reason === BLOCKED_SCRIPT && !runsScripts)) return;
      this.add(`${request.method()} ${request.url()} failed: ${reason}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 500) this.add(`${response.url()} returned ${response.status()}`);
    });
    context.on('page', (page) => this.watchUrls(page));
  }

  private onConsole(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (UNUSED_PRELOAD.test(message.text())) return;
    if (REJECTED_FORM.test(message.text()) && message.location().url.includes('/otp/')) return;
    this.add(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  }

  private onError({ message, stack }: Error): void {
    if (!SKIPPED_TRANSITION.test(message)) this.add(`uncaught ${stack || message}`);
  }

  private watchUrls(page: Page): void {
    page.on('framenavigated', (frame) => {
      const { pathname, search, hash } = new URL(frame.url());
      if (PERSONAL_DATA.test(pathname + search + hash)) this.add(`the URL contains personal data: ${frame.url()}`);
    });
  }

  private add(problem: string): void {
    if (!this.allowed.some((pattern) => pattern.test(problem))) this.found.push(problem);
  }
}
