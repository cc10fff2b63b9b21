import type { BrowserContext, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The languages that pages offer, by the names that their speakers give them. */
export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'es', name: 'Español' },
  { code: 'fr', name: 'Français' },
  { code: 'de', name: 'Deutsch' },
  { code: 'pt', name: 'Português' },
  { code: 'hi', name: 'हिन्दी' },
  { code: 'ar', name: 'العربية' },
] as const;

export type LanguageCode = (typeof LANGUAGES)[number]['code'];

export const directionOf = (language: string) => (language === 'ar' ? 'rtl' : 'ltr');

/** What keeps a contact in its own direction; it cannot be seen. */
const ISOLATES = /[\u2066-\u2069]/g;

/** A text as people see it. */
export const seen = (text: string) => text.replace(ISOLATES, '').replace(/[\s\u00a0\u202f]+/g, ' ').trim();

/** The page is in this language, and a screen reader knows it. */
export async function expectLanguage(page: Page, language: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  await expect(page.locator('html')).toHaveAttribute('dir', directionOf(language));
}

/** The browser's owner has chosen this language. */
export async function choose(context: BrowserContext, url: string, language: string): Promise<void> {
  await context.addCookies([{ name: 'doorcode-language', value: language, url }]);
}

/** The element says exactly this, whatever keeps the directions of its parts. */
export async function expectSaid(page: Page, selector: string, sentence: string): Promise<void> {
  await expect.poll(async () => seen(await page.locator(selector).innerText())).toBe(seen(sentence));
}
