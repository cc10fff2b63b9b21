import { userInfo } from 'node:os';
import { defineConfig, devices } from '@playwright/test';
import { systemFirefox } from './lib/browser.mjs';
import type { TestOptions } from './support/fixtures.ts';

// Debian's Firefox through WebDriver BiDi, not Playwright's own patched build: customers use the
// former.
const firefox = {
  executablePath: systemFirefox(),
  // Firefox refuses a home directory of another user, which root often has in a container.
  env: { ...process.env, HOME: userInfo().homedir },
};

export default defineConfig<TestOptions>({
  testDir: 'browsers',
  testMatch: '*.firefox.spec.ts',
  outputDir: 'test-results/firefox',
  forbidOnly: Boolean(process.env.CI),
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['line'], ['json', { outputFile: 'test-results/firefox.json' }]],
  use: {
    ...devices['Desktop Firefox'],
    channel: 'moz-firefox',
    locale: 'en-GB',
  },
  projects: [
    { name: 'hydrated', use: { launchOptions: firefox } },
    {
      name: 'nojs',
      use: {
        // Over BiDi, Playwright ignores `javaScriptEnabled`; only the preference turns JavaScript
        // off.
        launchOptions: { ...firefox, firefoxUserPrefs: { 'javascript.enabled': false } },
        javaScriptEnabled: false,
        hydrated: false,
      },
    },
  ],
});
