import type { Page } from '@playwright/test';
import { expect, test, wrongCode } from '../support/fixtures.ts';

// Scripts run, but the islands fail, and the console reports the failures.
test.use({
  hydrated: false,
  allowedProblems: [/wasm|WebAssembly|unreachable|ERR_FAILED|Failed to fetch|Content Security Policy|\.js|nothing is found|import|ERR_BLOCKED/i],
});

/** `(module (func unreachable) (start 0))`: it compiles, and traps when it starts. */
const TRAPPING_WASM = Buffer.from('0061736d01000000010401600000030201000801000a05010300000b', 'hex');

const FAILURES: [string, (page: Page) => Promise<unknown>][] = [
  ['is truncated', (page) => page.route('**/*.wasm', (route) => route.fulfill({ contentType: 'application/wasm', body: TRAPPING_WASM.subarray(0, 12) }))],
  ['is replaced by HTML', (page) => page.route('**/*.wasm', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Blocked</h1>' }))],
  ['traps when it starts', (page) => page.route('**/*.wasm', (route) => route.fulfill({ contentType: 'application/wasm', body: TRAPPING_WASM }))],
  ['throws an exception in the first island', throwInIslands],
  ['cannot be started because its script is blocked', (page) => page.route('**/pkg/*.js', (route) => route.abort())],
  ['is blocked by a content security policy', forbidWasm],
];

for (const [what, arrange] of FAILURES) {
  test(`sign-in works when the WASM ${what}`, async ({ page, screens, server, customer, mailbox }) => {
    await arrange(page);
    await screens.request.open();
    await screens.request.requestCode('email', 'jo@');
    await screens.request.assertError(/^Enter an email address/);
    await screens.request.assertContact('email', 'jo@');
    await screens.request.requestCode('email', customer.email);
    await screens.verify.assertLoaded();
    const code = await mailbox.codeTo(customer.email);
    await screens.verify.submitCode(wrongCode(code));
    await screens.verify.assertError('Invalid OTP. Attempts remaining: 4');
    await server.advance(61);
    await screens.verify.resendButton.click();
    await expect(screens.verify.notice).toContainText('OTP sent successfully.');
    await screens.verify.submitCode(code);
    await screens.account.assertLoaded();
    await screens.account.signOutButton.click();
    await screens.request.assertLoaded();
    // No island was attached.
    await expect(page.locator('[data-ready]')).toHaveCount(0);
  });
}

/**
 * Throws an exception that passes through the WASM. One island is then partly attached, and the
 * others never start.
 */
async function throwInIslands(page: Page): Promise<void> {
  await page.addInitScript(() => {
    document.getElementById = () => {
      throw new Error('nothing is found');
    };
  });
}

/**
 * Adds a policy as an extension or a proxy does, so that the browser itself refuses to compile
 * WASM.
 */
async function forbidWasm(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const forbid = (_: unknown, observer: MutationObserver) => {
      if (!document.head) return;
      observer.disconnect();
      const policy = document.createElement('meta');
      policy.httpEquiv = 'Content-Security-Policy';
      policy.content = "script-src 'self' 'unsafe-inline'";
      document.head.append(policy);
    };
    new MutationObserver(forbid).observe(document, { childList: true, subtree: true });
  });
}
