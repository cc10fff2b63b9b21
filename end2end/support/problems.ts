import type { BrowserContext, ConsoleMessage, Page } from '@playwright/test';

/** Chromium reports each refused form as an error of loading; 422 and 429 are this site's normal answer to one. */
const REFUSED_FORM = /^Failed to load resource: the server responded with a status of (422|429)/;

/** The page fetches the WASM early; a slow machine, or a browser without JavaScript, uses it late or never. */
const EARLY_FETCH = /was preloaded using link preload but not used/;

/** What Chromium and Firefox say of what a page still loads when the next one takes its place. */
const LEFT_BEHIND = ['net::ERR_ABORTED', 'NS_BINDING_ABORTED'];

/**
 * A script that asks for a layout before the stylesheet is there, as Playwright's checks do, ends the transition from one page to
 * the next: the page is shown at once.
 */
const NO_TRANSITION = /Transition was (aborted|skipped)/;

/** What Chromium says of every script that it leaves out because JavaScript is off. */
const LEFT_OUT = 'csp';

/** A link or a redirect must carry neither a contact nor a code. */
const PERSONAL = /@|%40|[?&#].*\d{6}|__err|__path/;

/** What went wrong in a browser while a test ran that the page itself may not show. */
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
      if (LEFT_BEHIND.includes(reason) || (reason === LEFT_OUT && !runsScripts)) return;
      this.add(`${request.method()} ${request.url()} failed: ${reason}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 500) this.add(`${response.url()} answered ${response.status()}`);
    });
    context.on('page', (page) => this.watchAddresses(page));
  }

  private onConsole(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (EARLY_FETCH.test(message.text())) return;
    if (REFUSED_FORM.test(message.text()) && message.location().url.includes('/otp/')) return;
    this.add(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  }

  private onError({ message, stack }: Error): void {
    if (!NO_TRANSITION.test(message)) this.add(`uncaught ${stack || message}`);
  }

  private watchAddresses(page: Page): void {
    page.on('framenavigated', (frame) => {
      const { pathname, search, hash } = new URL(frame.url());
      if (PERSONAL.test(pathname + search + hash)) this.add(`the address tells too much: ${frame.url()}`);
    });
  }

  private add(problem: string): void {
    if (!this.allowed.some((pattern) => pattern.test(problem))) this.found.push(problem);
  }
}
