import { readFileSync } from 'node:fs';
import { root } from '../lib/paths.mjs';

/** The arguments of a sentence: `$count`, `$kind` and so on. */
export type Arguments = Record<string, string | number>;

/** Text and placeables, which are the parts in braces. */
type Pattern = (string | Place)[];

interface Place {
  name: string;
  /**
   * The variants to choose from by the argument. If there are none, the argument itself is
   * inserted.
   */
  forms: { key: string; isDefault: boolean; pattern: Pattern }[];
}

const MESSAGE = /^([a-z][\w-]*) = ?/;
/** The end of a variant's text: the next variant, or the closing brace. */
const NEXT_FORM = /^\s*\n\s*(?:\*?\[|\})/;
const FORM = /^\s*(\*?)\[([\w-]+)\] */;

/**
 * The sentences of one language, read from its file independently of the server: by another parser,
 * with the plural rules of another library. Supports only the part of Fluent that our files use.
 */
export class Sentences {
  private readonly patterns = new Map<string, Pattern>();

  constructor(readonly language: string) {
    for (const [id, text] of messages(readFileSync(`${root}/src/ui/languages/${language}.ftl`, 'utf8'))) {
      this.patterns.set(id, new Reader(text).pattern());
    }
  }

  say(id: string, args: Arguments = {}): string {
    const pattern = this.patterns.get(id);
    if (!pattern) throw new Error(`${this.language}.ftl has no ${id}`);
    return this.format(pattern, args);
  }

  private format(pattern: Pattern, args: Arguments): string {
    return pattern.map((part) => (typeof part === 'string' ? part : this.fill(part, args))).join('');
  }

  private fill({ name, forms }: Place, args: Arguments): string {
    const value = args[name];
    if (value === undefined) throw new Error(`nobody has said what $${name} is`);
    if (forms.length === 0) return String(value);
    const keys = typeof value === 'number' ? [String(value), new Intl.PluralRules(this.language).select(value)] : [value];
    const form = forms.find(({ key }) => keys.includes(key)) ?? forms.find(({ isDefault }) => isDefault);
    if (!form) throw new Error(`no form for $${name} = ${value}`);
    return this.format(form.pattern, args);
  }
}

function messages(file: string): [string, string][] {
  const found: [string, string][] = [];
  let isOpen = false;
  for (const line of file.split('\n')) {
    const id = MESSAGE.exec(line)?.[1];
    if (id) found.push([id, line.replace(MESSAGE, '')]);
    else if (isOpen && !line.startsWith('#')) found[found.length - 1]![1] += `\n${line}`;
    isOpen = id !== undefined || (isOpen && !line.startsWith('#'));
  }
  return found.map(([id, text]) => [id, text.trimEnd()]);
}

class Reader {
  constructor(private rest: string) {}

  pattern(isForm = false): Pattern {
    const parts: Pattern = [];
    while (this.rest && !(isForm && (NEXT_FORM.test(this.rest) || this.rest.startsWith('}')))) {
      parts.push(this.rest.startsWith('{') ? this.place() : this.take(/^[^{\n]+|^\n/));
    }
    return parts;
  }

  private place(): Place {
    const name = this.take(/^\{\s*\$\w+\s*/).replace(/[{}\s$]/g, '');
    const forms: Place['forms'] = [];
    if (this.rest.startsWith('->')) {
      this.take(/^->/);
      for (let form = FORM.exec(this.rest); form; form = FORM.exec(this.rest)) {
        this.take(FORM);
        forms.push({ key: form[2] ?? '', isDefault: form[1] === '*', pattern: this.pattern(true) });
      }
    }
    this.take(/^\s*\}/);
    return { name, forms };
  }

  private take(what: RegExp): string {
    const text = what.exec(this.rest)?.[0];
    if (text === undefined) throw new Error(`this is no Fluent that we know: ${this.rest.slice(0, 60)}`);
    this.rest = this.rest.slice(text.length);
    return text;
  }
}
