import type { Locator, Page } from '@playwright/test';

/** Counts the POST requests of a page. */
export function countPosts(page: Page): () => number {
  let posts = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST') posts += 1;
  });
  return () => posts;
}

/** Returns a function that tells whether a page load has replaced the document since the call. */
export async function watchForLoad(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  return () => page.evaluate(() => !('sameDocument' in window));
}

/** Delays the POST requests to the server. */
export async function slowPosts(page: Page, milliseconds: number): Promise<void> {
  await page.route('**/otp/**', async (route) => {
    if (route.request().method() === 'POST') await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await route.continue();
  });
}

/** Holds the WASM back until the returned function is called. */
export async function holdWasm(page: Page): Promise<() => void> {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** Delays the WASM, as a bad connection does. */
export async function delayWasm(page: Page, milliseconds: number): Promise<void> {
  await page.route('**/*.wasm', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await route.continue();
  });
}

/** Pastes from the real clipboard. */
export async function paste(field: Locator, text: string): Promise<void> {
  const page = field.page();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await field.focus();
  await page.keyboard.press('ControlOrMeta+V');
}

/**
 * Sets the browser's clock `ahead` by this many milliseconds. `moveBrowserClock` can move it later.
 */
export async function skewBrowserClock(page: Page, ahead = 0): Promise<void> {
  await page.addInitScript((initial) => {
    const RealDate = Date;
    let offset = initial;
    class SkewedDate extends RealDate {
      constructor(...args: []) {
        super(...((args.length > 0 ? args : [SkewedDate.now()]) as []));
      }
      static override now(): number {
        return RealDate.now() + offset;
      }
    }
    Object.assign(window, { Date: SkewedDate, moveClock: (by: number) => (offset += by) });
  }, ahead);
}

/** Simulates a tab that slept: the clock jumps, no timer runs, and then the wake-up event fires. */
export async function moveBrowserClock(page: Page, milliseconds: number, wakeUp: WakeUp): Promise<void> {
  await page.evaluate(
    ([by, event]) => {
      (window as unknown as { moveClock: (by: number) => void }).moveClock(by);
      if (event === 'visibilitychange') document.dispatchEvent(new Event(event));
      else if (event === 'pageshow') window.dispatchEvent(new PageTransitionEvent(event, { persisted: true }));
      else window.dispatchEvent(new Event(event));
    },
    [milliseconds, wakeUp] as const,
  );
}

export type WakeUp = 'visibilitychange' | 'pageshow' | 'focus';

/** The reply that an island's fetch gets instead of the server's. */
export interface Answer {
  status: number;
  contentType?: string;
  headers?: Record<string, string>;
  body: string;
}

/**
 * Replies to the islands' fetches of a path; plain forms go through. Returns a function that counts
 * the fetches.
 */
export async function answerFetches(page: Page, path: string, answer: Answer): Promise<() => number> {
  let fetches = 0;
  await page.route(`**${path}`, (route) => {
    const request = route.request();
    if (request.method() !== 'POST' || request.isNavigationRequest()) return route.continue();
    fetches += 1;
    return route.fulfill(answer);
  });
  return () => fetches;
}

/** Records the changes of an element's text and attributes, with their times in milliseconds. */
export async function record(page: Page, selector: string): Promise<() => Promise<Change[]>> {
  await page.locator(selector).evaluate((element) => {
    const changes: Change[] = [];
    const look = () => changes.push({ at: performance.now(), text: element.textContent ?? '', isDisabled: element.hasAttribute('aria-disabled') });
    new MutationObserver(look).observe(element, { attributes: true, childList: true, characterData: true, subtree: true });
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
