import type { Page } from '@playwright/test';

/** The marks that the pseudo-language puts around every sentence. */
const OPEN = '⟦';
const CLOSE = '⟧';

/**
 * Returns the texts of the page, and the attributes that are read out, that are not part of a
 * sentence of ours. User input, times, codes and the names of languages are exempt.
 */
export async function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(
    ([open, close]) => {
      const found: string[] = [];
      const isWord = (text: string) => /\p{L}/u.test(text);
      const isExempt = (element: Element | null) => element?.closest('[translate=no], time, script, style, #language-form button') !== null;
      let depth = 0;
      const outside = (text: string) => {
        let rest = '';
        for (const letter of text) {
          if (letter === open) depth += 1;
          else if (letter === close) depth -= 1;
          else if (depth === 0) rest += letter;
        }
        return rest;
      };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      // A sentence may surround an element, like the contact in bold: its marks are then in the
      // texts beside the element.
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.textContent ?? '';
        if (isExempt(node.parentElement)) continue;
        const rest = outside(text);
        if (isWord(rest)) found.push(rest.trim());
      }
      if (depth !== 0) found.push('a sentence is cut off');
      for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'aria-description', 'aria-valuetext']) {
        for (const element of document.querySelectorAll(`[${name}]`)) {
          const value = element.getAttribute(name) ?? '';
          depth = 0;
          if (element.tagName !== 'IFRAME' && isWord(outside(value))) found.push(`${name}=${value}`);
        }
      }
      // The sentences that islands show later.
      for (const element of document.querySelectorAll('body *')) {
        for (const { name, value } of element.attributes) {
          if (!/^data-(text|busy|unreachable|hint|label|left-|resend-|fewer|started|far|title)/.test(name)) continue;
          depth = 0;
          if (isWord(outside(value))) found.push(`${name}=${value}`);
        }
      }
      depth = 0;
      const title = outside(document.title).replace(/^.*–/, '');
      if (!document.title.startsWith(open)) found.push(`title=${document.title} (${title})`);
      return found;
    },
    [OPEN, CLOSE],
  );
}
