import type { Page } from '@playwright/test';
import type { Doorcode } from '../lib/doorcode.mjs';
import { Random } from '../lib/random.mjs';
import { expect, test } from '../support/fixtures.ts';
import { LANGUAGES } from '../support/languages.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { TextMessages } from '../support/text-messages.ts';

/** The seed of the text generator. The same seed generates the same texts. */
const SEED = 20_261_122;
const TEXTS_WITH_CODE = 200;
const TEXTS_WITHOUT_CODE = 100;

/** The code points of the digit zero in scripts that people type in. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xbe6, 0xc66, 0xe50, 0xff10, 0x1e950];
const SEPARATORS = ['', ' ', '-', '\u00a0', '\u2013', ' - ', '.', '·', '\u200b'];
const AFFIXES = ['', ' ', '\u200e', '"', '(', '\ufeff', ' . '];
const PHRASES = ['your code', 'Ihr Code ist', 'tu código', 'votre code', 'seu código', 'आपका कोड', 'رمز الدخول', 'call me', 'expires soon'];

class TextGenerator extends Random {
  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)] as T;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => Math.floor(this.next() * 10)).join('');
  }

  /** Returns the bare code, as keyboards, copies and typing produce it. */
  codeOnly(code: string): string {
    const written = inScript(code, this.pick(ZEROS));
    const symbols = [...written];
    const separator = this.pick(SEPARATORS);
    const groups = this.pick([[symbols], [symbols.slice(0, 3), symbols.slice(3)], [symbols.slice(0, 2), symbols.slice(2, 4), symbols.slice(4)]]);
    return this.pick(AFFIXES) + groups.map((group) => group.join('')).join(separator) + this.pick(AFFIXES);
  }

  /** Returns a sentence with the code, and possibly with numbers that cannot be a code. */
  sentence(code: string): string {
    const written = inScript(code, this.pick(ZEROS));
    const halves = [[...written].slice(0, 3).join(''), [...written].slice(3).join('')];
    const shape = this.pick([written, halves.join(' '), halves.join('-')]);
    const other = this.pick(['', ' 10 minutes', ' 14:32 UTC', ' no. 12345678', ' 2026', ' 0800 1234567']);
    return this.pick([`${this.pick(PHRASES)}: ${shape}.${other}`, `${shape} – ${this.pick(PHRASES)}${other}`]);
  }

  /** Returns a text with no code, or with more than one candidate. */
  withoutCode(): string {
    const [code, other] = [this.digits(6), this.digits(6)];
    const different = other === code ? `${code.slice(1)}${(Number(code[0]) + 1) % 10}` : other;
    return this.pick([
      this.digits(1 + Math.floor(this.next() * 5)),
      this.digits(7 + Math.floor(this.next() * 6)),
      `${this.pick(PHRASES)} ${this.digits(5)} ${this.pick(PHRASES)}`,
      `${this.pick(PHRASES)} ${this.digits(7)}`,
      `${this.pick(PHRASES)} ${code} or ${different}`,
      `${this.pick(PHRASES)} 0800 ${this.digits(7)} or +49 30 ${this.digits(8)}`,
      `${this.pick(PHRASES)} 2026-11-22 14:32`,
      this.pick(PHRASES),
      `#${this.digits(5)} #${this.digits(7)}`,
    ]);
  }
}

const inScript = (code: string, zero: number) => [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');

/** Returns the text of a message as a single-line field stores it. */
const toSingleLine = (text: string) => text.replace(/\r?\n/g, ' ');

/**
 * Returns our own messages in every language, with real codes. Each language has its own customer,
 * because a number receives only a few text messages.
 */
async function messages(server: Doorcode, mailbox: Mailbox, texts: TextMessages): Promise<string[]> {
  const found: string[] = [];
  for (const [index, { code }] of LANGUAGES.entries()) {
    const reader = { name: `Reader of ${code}`, email: `reader-${code}@example.com`, phone: `+1202555900${index}` };
    await server.addCustomer(reader);
    const ask = async (form: Record<string, string>) => {
      const headers = { 'origin': server.url, 'accept-language': code, 'accept': 'application/json' };
      await fetch(`${server.url}/otp/request/`, { method: 'POST', headers, body: new URLSearchParams(form) });
    };
    await ask({ contact_type: 'email', contact_value: reader.email });
    await ask({ contact_type: 'phone', contact_value: reader.phone });
    found.push((await mailbox.mailTo(reader.email)).text, (await texts.next(index)).text);
  }
  return found;
}

/** Replies to every form with 503, and records the submitted codes. */
async function interceptForms(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sent: string[] = [];
    const originalFetch = window.fetch.bind(window);
    const intercept = (_: RequestInfo | URL, request?: RequestInit) => {
      if (request?.method !== 'POST') return originalFetch(_, request);
      sent.push(new URLSearchParams(String(request.body)).get('otp_code') ?? '');
      return Promise.resolve(new Response('', { status: 503 }));
    };
    Object.assign(window, { sent, fetch: intercept });
  });
}

/** Enters each text into the empty field in one event, and returns the codes submitted for each. */
async function pasteAll(page: Page, texts: string[]): Promise<string[][]> {
  return page.evaluate(async (pastes) => {
    const { sent } = window as unknown as { sent: string[] };
    const field = document.querySelector<HTMLInputElement>('#otp_code');
    const button = document.querySelector('#verify-form button');
    const enter = (value: string) => {
      if (!field) return;
      field.value = value;
      field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: value ? 'insertFromPaste' : 'deleteContent' }));
    };
    const nextTask = () => new Promise((resolve) => setTimeout(resolve, 0));
    const label = button?.textContent;
    const answers: string[][] = [];
    for (const text of pastes) {
      enter('');
      sent.length = 0;
      enter(text);
      await nextTask();
      while (button?.textContent !== label) await nextTask();
      answers.push([...sent]);
    }
    return answers;
  }, texts.map(toSingleLine));
}

test('pasting a code with surrounding text submits exactly the code', async ({ page, screens, server, mailbox, texts, requestCodeByEmail }) => {
  await requestCodeByEmail();
  const own = await messages(server, mailbox, texts);
  const random = new TextGenerator(SEED);
  const cases = Array.from({ length: TEXTS_WITH_CODE }, (_, index) => {
    const code = random.digits(6);
    const [message] = index % 2 === 0 ? [random.pick(own)] : [''];
    const real = /#(\d{6})/.exec(message)?.[1] ?? /^\s*(\d{6})\s*$/m.exec(message)?.[1];
    const paste = real ? message.replaceAll(real, code) : random.pick([random.codeOnly(code), random.sentence(code)]);
    return { code, paste };
  });
  expect(own).toHaveLength(2 * LANGUAGES.length);
  await interceptForms(page);
  const sent = await pasteAll(page, cases.map(({ paste }) => paste));
  const failures = cases.filter(({ code }, index) => sent[index]?.length !== 1 || sent[index]?.[0] !== code);
  expect(failures.map((one) => ({ ...one, sent: sent[cases.indexOf(one)] }))).toEqual([]);
  await screens.verify.assertOpen();
});

test('pasting text without exactly one code does not submit the form', async ({ page, screens, requestCodeByEmail }) => {
  await requestCodeByEmail();
  const random = new TextGenerator(SEED);
  const cases = Array.from({ length: TEXTS_WITHOUT_CODE }, () => random.withoutCode());
  await interceptForms(page);
  const sent = await pasteAll(page, cases);
  expect(cases.map((paste, index) => ({ paste, sent: sent[index] })).filter(({ sent: forms }) => forms?.length !== 0)).toEqual([]);
  await screens.verify.assertOpen();
});
