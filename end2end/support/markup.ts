import { expect } from '@playwright/test';
import { HtmlValidate } from 'html-validate';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:document', 'html-validate:a11y'],
  rules: {
    // Rules about the style of source code; this markup is generated.
    'attr-quotes': 'off',
    'doctype-style': 'off',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    // The error summary comes before the heading of the page.
    'heading-level': ['error', { minInitialRank: 'h2' }],
    // The files come from the page's own server.
    'require-sri': 'off',
  },
});

/**
 * Leptos writes its scripts after the end of the document, where every browser treats them as part
 * of the body.
 */
const AFTER_THE_END = /<\/html>((?:\s*<script\b[^>]*>[\s\S]*?<\/script>)*)\s*$/;
/**
 * Leptos marks positions between nodes with this, which every browser parses as an empty comment.
 */
const MARKER = /<!>/g;
/**
 * Leptos 0.8 writes the nonce as the value of `crossorigin`. Browsers treat any unknown value as
 * `anonymous`, which is the intended one.
 */
const PRELOAD_CROSSORIGIN = /(<link rel="(?:module)?preload"[^>]*) crossorigin="[\w-]*"/g;

export async function expectValidMarkup(html: string): Promise<void> {
  expect(html, 'nothing but scripts after </html>').toMatch(AFTER_THE_END);
  const own = html.replace(AFTER_THE_END, '</html>').replace(MARKER, '').replace(PRELOAD_CROSSORIGIN, '$1 crossorigin');
  const report = await validator.validateString(own);
  const lines = report.results.flatMap(({ messages, source }) =>
    messages.map(({ ruleId, message, offset }) => `${ruleId}: ${message}: ${(source ?? '').slice(offset, offset + 120)}`),
  );
  expect(lines).toEqual([]);
}
