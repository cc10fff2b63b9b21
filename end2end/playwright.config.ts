import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_FLAGS, systemBrowser } from './lib/browser.mjs';
import type { TestOptions } from './support/fixtures.ts';

// Customers use phones, so every spec runs hydrated on a phone, and also without JavaScript unless it
// needs the islands. A desktop differs in its layout and its keyboard: it repeats the specs that
// depend on them, and runs *.once.spec.ts, which do not depend on islands or device.
const NEEDS_ISLANDS = '**/*.hydrate.spec.ts';
const ONCE = '**/*.once.spec.ts';
const SIGN_IN = '**/sign-in.spec.ts';
const DESKTOP = [SIGN_IN, '**/account.spec.ts', '**/paste.spec.ts', '**/code-field.hydrate.spec.ts', '**/request-form.hydrate.spec.ts'];

const phone = devices['Pixel 7'];
const desktop = devices['Desktop Chrome'];

export default defineConfig<TestOptions>({
  testDir: 'specs',
  outputDir: 'test-results/artifacts',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 7_000 },
  reporter: [['line'], ['json', { outputFile: 'test-results/report.json' }]],
  use: {
    locale: 'en-GB',
    // Recording every test doubles the run time. To record a single one, use
    // `npx playwright test --trace on`.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: systemBrowser(),
      args: CHROMIUM_FLAGS,
    },
  },
  projects: [
    { name: 'hydrated-desktop', testMatch: [ONCE, ...DESKTOP], use: { ...desktop } },
    { name: 'hydrated-phone', testIgnore: ONCE, use: { ...phone } },
    { name: 'nojs-desktop', testMatch: SIGN_IN, use: { ...desktop, javaScriptEnabled: false, hydrated: false } },
    { name: 'nojs-phone', testIgnore: [NEEDS_ISLANDS, ONCE], use: { ...phone, javaScriptEnabled: false, hydrated: false } },
  ],
});
