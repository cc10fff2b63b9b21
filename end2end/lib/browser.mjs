// Finds a Chromium; run as a program it answers by its exit code whether there is one.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The system's browser, for `executablePath`; undefined leaves the choice to Playwright, which then needs its own.
 * @returns {string | undefined}
 */
export function systemBrowser() {
  if (process.env.DOORCODE_BROWSER) return process.env.DOORCODE_BROWSER;
  if (existsSync(chromium.executablePath())) return undefined;
  const directories = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => directories.map((directory) => join(directory, name))).find((path) => existsSync(path));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = systemBrowser() ?? chromium.executablePath();
  console.log(found);
  process.exit(existsSync(found) ? 0 : 1);
}
