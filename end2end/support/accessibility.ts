import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Checks the page with axe, and fails with one line for each violation. A page that any worker of
 * this run has already checked is not checked again.
 */
export async function expectAccessible(page: Page, runsScripts: boolean): Promise<void> {
  const passed = join(test.info().project.outputDir, 'accessible', await cacheKey(page));
  if (existsSync(passed)) return;
  await audit(page, runsScripts);
  await mkdir(dirname(passed), { recursive: true });
  await writeFile(passed, '');
}

/** Identifies what axe sees. Digits are ignored, because they do not affect the result. */
async function cacheKey(page: Page): Promise<string> {
  const markup = withoutScripts(await page.content()).replace(/nonce="[^"]*"/g, '').replace(/\d+/g, '0');
  const seen = JSON.stringify([markup, page.viewportSize(), await colorSchemeOf(page)]);
  return createHash('sha256').update(seen).digest('hex');
}

async function audit(page: Page, runsScripts: boolean): Promise<void> {
  if (runsScripts) return expectNoViolation(page);
  const copy = await copyWithScripts(page);
  try {
    await expectNoViolation(copy);
  } finally {
    await copy.context().close();
  }
}

async function expectNoViolation(page: Page): Promise<void> {
  // Legacy mode checks only the frames of this page, so it does not open a second page for each
  // run.
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).setLegacyMode(true).analyze();
  const lines = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(lines, `axe on ${page.url()}`).toEqual([]);
}

/**
 * Copies the markup into a page with JavaScript: axe waits for timers, which never fire without it.
 */
async function copyWithScripts(page: Page): Promise<Page> {
  const url = page.url();
  const html = withoutScripts(await page.content());
  const colorScheme = await colorSchemeOf(page);
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser');
  const context = await browser.newContext({ javaScriptEnabled: true, viewport: page.viewportSize(), colorScheme });
  const copy = await context.newPage();
  await copy.route(url, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  await copy.goto(url);
  return copy;
}

function withoutScripts(html: string): string {
  return html.replace(/<script\b[\s\S]*?<\/script>/g, '').replace(/<link\b[^>]*preload[^>]*>/g, '');
}

function colorSchemeOf(page: Page): Promise<'dark' | 'light'> {
  return page.evaluate(() => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
}
