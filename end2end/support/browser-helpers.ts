import type { Locator, Page } from '@playwright/test';

/** Counts the POST requests of a page. */
export function countPosts(page: Page): () => number {
  let posts = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST') posts += 1;
  });
  return () => posts;
}

/** Returns a function that tells whether the page has been loaded again since this call. */
export async function trackPageLoad(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  return () => page.evaluate(() => !('sameDocument' in window));
}

/** Delays the POST requests to the server. */
export async function delayPosts(page: Page, milliseconds: number): Promise<void> {
  await page.route('**/otp/**', async (route) => {
    if (route.request().method() === 'POST') await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await route.continue();
  });
}

/** Blocks the WASM until the returned function is called. */
export async function blockWasm(page: Page): Promise<() => void> {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** Delays the WASM like a slow connection. */
export async function delayWasm(page: Page, milliseconds: number): Promise<void> {
  await page.route('**/*.wasm', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await route.continue();
  });
}

/** Pastes text through the clipboard. */
export async function paste(field: Locator, text: string): Promise<void> {
  const page = field.page();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await field.focus();
  await page.keyboard.press('ControlOrMeta+V');
}

/**
 * Shifts the browser's clock by this many milliseconds. `advanceBrowserClock` can advance it later.
 */
export async function skewBrowserClock(page: Page, offset = 0): Promise<void> {
  await page.addInitScript((initial) => {
    const RealDate = Date;
    let currentOffset = initial;
    class SkewedDate extends RealDate {
      constructor(...args: []) {
        super(...((args.length > 0 ? args : [SkewedDate.now()]) as []));
      }
      static override now(): number {
        return RealDate.now() + currentOffset;
      }
    }
    Object.assign(window, { Date: SkewedDate, advanceClock: (by: number) => (currentOffset += by) });
  }, offset);
}

/** Simulates a suspended tab: the clock jumps, no timer runs, and then the wake-up event fires. */
export async function advanceBrowserClock(page: Page, milliseconds: number, wakeUp: WakeUp): Promise<void> {
  await page.evaluate(
    ([by, event]) => {
      (window as unknown as { advanceClock: (by: number) => void }).advanceClock(by);
      if (event === 'visibilitychange') document.dispatchEvent(new Event(event));
      else if (event === 'pageshow') window.dispatchEvent(new PageTransitionEvent(event, { persisted: true }));
      else window.dispatchEvent(new Event(event));
    },
    [milliseconds, wakeUp] as const,
  );
}

export type WakeUp = 'visibilitychange' | 'pageshow' | 'focus';

/** The mocked reply to a fetch. */
export interface MockResponse {
  status: number;
  contentType?: string;
  headers?: Record<string, string>;
  body: string;
}

/**
 * Mocks the replies to the islands' fetches of a path. Plain forms reach the server. Returns a
 * function that returns the number of fetches.
 */
export async function mockFetches(page: Page, path: string, response: MockResponse): Promise<() => number> {
  let fetches = 0;
  await page.route(`**${path}`, (route) => {
    const request = route.request();
    if (request.method() !== 'POST' || request.isNavigationRequest()) return route.continue();
    fetches += 1;
    return route.fulfill(response);
  });
  return () => fetches;
}

/** Records the changes of an element's text and attributes, with their times in milliseconds. */
export async function recordChanges(page: Page, selector: string): Promise<() => Promise<Change[]>> {
  await page.locator(selector).evaluate((element) => {
    const changes: Change[] = [];
    const record = () => changes.push({ at: performance.now(), text: element.textContent ?? '', isDisabled: element.hasAttribute('aria-disabled') });
    new MutationObserver(record).observe(element, { attributes: true, childList: true, characterData: true, subtree: true });
    Object.assign(window, { changes: { ...(window as unknown as Recorded).changes, [element.id || element.className]: changes } });
  });
  return () =>
    page.locator(selector).evaluate((element) => (window as unknown as Recorded).changes[element.id || element.className] ?? []);
}

export interface Change {
  at: number;
  text: string;
  isDisabled: boolean;
}

interface Recorded {
  changes: Record<string, Change[]>;
}
