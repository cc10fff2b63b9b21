// Finds the browsers. Run as a program, it exits with 0 if there is a Chromium.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** The headless shell, which Debian packages, comes first: it takes two thirds of Chromium's time. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Flags that run Chromium as root, with as little background activity as possible. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param {string[]} names */
function onPath(...names) {
  const directories = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => directories.map((directory) => join(directory, name))).find((path) => existsSync(path));
}

/**
 * Returns the path of a browser for `executablePath`, or undefined if Playwright should use its
 * own.
 * @returns {string | undefined}
 */
export function systemBrowser() {
  if (process.env.DOORCODE_BROWSER) return process.env.DOORCODE_BROWSER;
  if (existsSync(chromium.executablePath())) return undefined;
  return onPath(...NAMES);
}

/** Debian's Firefox. */
export const systemFirefox = () => onPath('firefox-esr');

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = systemBrowser() ?? chromium.executablePath();
  console.log(found);
  process.exit(existsSync(found) ? 0 : 1);
}
