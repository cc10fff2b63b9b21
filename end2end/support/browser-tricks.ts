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
