import type { Locator, Page } from '@playwright/test';

/** Counts the POSTs of a page. */
export function countPosts(page: Page): () => number {
  let posts = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST') posts += 1;
  });
  return () => posts;
}

/** Answers whether the document is still the one it was at the call: a page load would have replaced it. */
export async function watchForLoad(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  return () => page.evaluate(() => !('sameDocument' in window));
}

/** Lets POSTs reach the server only after a while. */
export async function slowPosts(page: Page, milliseconds: number): Promise<void> {
  await page.route('**/otp/**', async (route) => {
    if (route.request().method() === 'POST') await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await route.continue();
  });
}

/** Keeps the WASM from arriving until the answer is called. */
export async function holdWasm(page: Page): Promise<() => void> {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** Lets the WASM arrive as late as on a bad connection. */
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

/** Gives the browser a clock that is `ahead` milliseconds off, and that `moveBrowserClock` moves. */
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

/** What a tab sees that slept: the clock has jumped, no timer ran, and then the event of waking up comes. */
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

/** What an island's fetch gets in place of the server's answer. */
export interface Answer {
  status: number;
  contentType?: string;
  headers?: Record<string, string>;
  body: string;
}

/** Answers what the islands fetch from a path; the plain form goes through. Tells how many fetches there were. */
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

/** Records what an attribute or the text of an element becomes, and when, in milliseconds. */
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
