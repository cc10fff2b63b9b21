import { expect } from '@playwright/test';
import { HtmlValidate } from 'html-validate';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:document', 'html-validate:a11y'],
  rules: {
    // About the look of source code; this markup is written by a program.
    'attr-quotes': 'off',
    'doctype-style': 'off',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    // What is wrong with the page is told before its heading.
    'heading-level': ['error', { minInitialRank: 'h2' }],
    // The files come from the same server as the page.
    'require-sri': 'off',
  },
});

/** Leptos writes its scripts after the document's end, where every browser takes them as part of the body. */
const AFTER_THE_END = /<\/html>((?:\s*<script\b[^>]*>[\s\S]*?<\/script>)*)\s*$/;
/** Leptos marks places between nodes with this; every browser reads an empty comment. */
const MARKER = /<!>/g;
/** Leptos 0.8 writes the nonce where a keyword belongs; browsers take any unknown value as `anonymous`, which is meant. */
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
