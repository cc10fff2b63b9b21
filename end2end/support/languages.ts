import type { BrowserContext, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The languages that pages offer, with their names in the languages themselves. */
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

/** The invisible characters that isolate the direction of a contact. */
const ISOLATES = /[\u2066-\u2069]/g;

/** Removes isolates and collapses whitespace. */
export const normalizeText = (text: string) => text.replace(ISOLATES, '').replace(/[\s\u00a0\u202f]+/g, ' ').trim();

/** Asserts that the page declares this language and its direction. */
export async function expectLanguage(page: Page, language: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  await expect(page.locator('html')).toHaveAttribute('dir', directionOf(language));
}

/** Sets the cookie of a visitor who has chosen this language. */
export async function setLanguageCookie(context: BrowserContext, url: string, language: string): Promise<void> {
  await context.addCookies([{ name: 'doorcode-language', value: language, url }]);
}

/** Asserts that the element has exactly this text, apart from isolates and whitespace. */
export async function expectElementText(page: Page, selector: string, sentence: string): Promise<void> {
  await expect.poll(async () => normalizeText(await page.locator(selector).innerText())).toBe(normalizeText(sentence));
}
