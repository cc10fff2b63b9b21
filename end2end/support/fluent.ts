import { readFileSync } from 'node:fs';
import { root } from '../lib/paths.mjs';

/** The arguments of a message: `$count`, `$kind` and so on. */
export type Arguments = Record<string, string | number>;

/** Text and placeables, which are the parts in braces. */
type Pattern = (string | Placeable)[];

interface Placeable {
  name: string;
  /**
   * The variants, selected by the argument. If there are none, the argument itself is inserted.
   */
  variants: { key: string; isDefault: boolean; pattern: Pattern }[];
}

const MESSAGE = /^([a-z][\w-]*) = ?/;
/** The end of a variant's text: the next variant, or the closing brace. */
const VARIANT_END = /^\s*\n\s*(?:\*?\[|\})/;
const VARIANT_START = /^\s*(\*?)\[([\w-]+)\] */;

/**
 * The messages of one language, read from its Fluent file. Independent of the server: it uses
 * another parser and another library for plural rules. Supports only the Fluent syntax that our
 * files use.
 */
export class Translations {
  private readonly patterns = new Map<string, Pattern>();

  constructor(readonly language: string) {
    for (const [id, text] of messages(readFileSync(`${root}/src/ui/languages/${language}.ftl`, 'utf8'))) {
      this.patterns.set(id, new Parser(text).pattern());
    }
  }

  format(id: string, args: Arguments = {}): string {
    const pattern = this.patterns.get(id);
    if (!pattern) throw new Error(`${this.language}.ftl has no ${id}`);
    return this.resolve(pattern, args);
  }

  private resolve(pattern: Pattern, args: Arguments): string {
    return pattern.map((part) => (typeof part === 'string' ? part : this.resolvePlaceable(part, args))).join('');
  }

  private resolvePlaceable({ name, variants }: Placeable, args: Arguments): string {
    const value = args[name];
    if (value === undefined) throw new Error(`the argument $${name} is missing`);
    if (variants.length === 0) return String(value);
    const keys = typeof value === 'number' ? [String(value), new Intl.PluralRules(this.language).select(value)] : [value];
    const variant = variants.find(({ key }) => keys.includes(key)) ?? variants.find(({ isDefault }) => isDefault);
    if (!variant) throw new Error(`no variant for $${name} = ${value}`);
    return this.resolve(variant.pattern, args);
  }
}

function messages(file: string): [string, string][] {
  const entries: [string, string][] = [];
  let isInMessage = false;
  for (const line of file.split('\n')) {
    const id = MESSAGE.exec(line)?.[1];
    if (id) entries.push([id, line.replace(MESSAGE, '')]);
    else if (isInMessage && !line.startsWith('#')) entries[entries.length - 1]![1] += `\n${line}`;
    isInMessage = id !== undefined || (isInMessage && !line.startsWith('#'));
  }
  return entries.map(([id, text]) => [id, text.trimEnd()]);
}

class Parser {
  constructor(private rest: string) {}

  pattern(isVariant = false): Pattern {
    const parts: Pattern = [];
    while (this.rest && !(isVariant && (VARIANT_END.test(this.rest) || this.rest.startsWith('}')))) {
      parts.push(this.rest.startsWith('{') ? this.placeable() : this.consume(/^[^{\n]+|^\n/));
    }
    return parts;
  }

  private placeable(): Placeable {
    const name = this.consume(/^\{\s*\$\w+\s*/).replace(/[{}\s$]/g, '');
    const variants: Placeable['variants'] = [];
    if (this.rest.startsWith('->')) {
      this.consume(/^->/);
      for (let variant = VARIANT_START.exec(this.rest); variant; variant = VARIANT_START.exec(this.rest)) {
        this.consume(VARIANT_START);
        variants.push({ key: variant[2] ?? '', isDefault: variant[1] === '*', pattern: this.pattern(true) });
      }
    }
    this.consume(/^\s*\}/);
    return { name, variants };
  }

  private consume(pattern: RegExp): string {
    const text = pattern.exec(this.rest)?.[0];
    if (text === undefined) throw new Error(`unsupported Fluent syntax: ${this.rest.slice(0, 60)}`);
    this.rest = this.rest.slice(text.length);
    return text;
  }
}
