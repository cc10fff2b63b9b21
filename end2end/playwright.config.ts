import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_FLAGS, systemBrowser } from './lib/browser.mjs';
import type { TestOptions } from './support/fixtures.ts';

// Every spec runs hydrated on a desktop and a phone, and without JavaScript on a phone. Two kinds are
// exceptions: *.hydrate.spec.ts needs the islands, and *.once.spec.ts does not depend on islands or
// device. Without JavaScript only the layout depends on the device, so on a desktop one spec is enough.
const NEEDS_ISLANDS = '**/*.hydrate.spec.ts';
const ONCE = '**/*.once.spec.ts';
const SIGN_IN = '**/sign-in.spec.ts';

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
    { name: 'hydrated-desktop', use: { ...desktop } },
    { name: 'hydrated-phone', testIgnore: ONCE, use: { ...phone } },
    { name: 'nojs-desktop', testMatch: SIGN_IN, use: { ...desktop, javaScriptEnabled: false, hydrated: false } },
    { name: 'nojs-phone', testIgnore: [NEEDS_ISLANDS, ONCE], use: { ...phone, javaScriptEnabled: false, hydrated: false } },
  ],
});
