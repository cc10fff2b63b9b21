import type { Page } from '@playwright/test';

/** The markers that the pseudo-locale adds around every message. */
const OPEN = '⟦';
const CLOSE = '⟧';

/**
 * Returns the texts and accessible attributes of the page that are not part of a translated
 * message. User input, times, codes and language names are exempt.
 */
export async function findUntranslated(page: Page): Promise<string[]> {
  return page.evaluate(
    ([open, close]) => {
      const found: string[] = [];
      const isWord = (text: string) => /\p{L}/u.test(text);
      const isExempt = (element: Element | null) => element?.closest('[translate=no], time, script, style, #language-form button') !== null;
      let depth = 0;
      const removeMessages = (text: string) => {
        let rest = '';
        for (const letter of text) {
          if (letter === open) depth += 1;
          else if (letter === close) depth -= 1;
          else if (depth === 0) rest += letter;
        }
        return rest;
      };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      // A message may contain an element, such as the contact in bold. Its markers are then in the
      // text nodes around the element.
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.textContent ?? '';
        if (isExempt(node.parentElement)) continue;
        const rest = removeMessages(text);
        if (isWord(rest)) found.push(rest.trim());
      }
      if (depth !== 0) found.push('a message is truncated');
      for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'aria-description', 'aria-valuetext']) {
        for (const element of document.querySelectorAll(`[${name}]`)) {
          const value = element.getAttribute(name) ?? '';
          depth = 0;
          if (element.tagName !== 'IFRAME' && isWord(removeMessages(value))) found.push(`${name}=${value}`);
        }
      }
      // The messages that islands show later.
      for (const element of document.querySelectorAll('body *')) {
        for (const { name, value } of element.attributes) {
          if (!/^data-(text|busy|unreachable|hint|label|left-|resend-|fewer|started|far|title)/.test(name)) continue;
          depth = 0;
          if (isWord(removeMessages(value))) found.push(`${name}=${value}`);
        }
      }
      depth = 0;
      const title = removeMessages(document.title).replace(/^.*–/, '');
      if (!document.title.startsWith(open)) found.push(`title=${document.title} (${title})`);
      return found;
    },
    [OPEN, CLOSE],
  );
}
