import { waitFor } from '../lib/process.mjs';

/** The origin-bound line that ends a text message. */
const LAST_LINE = /@127\.0\.0\.1 #(\d{6})/g;

export interface TextMessage {
  text: string;
  code: string;
}

/** The text messages that the server's `console` backend has printed since the test began. */
export class TextMessages {
  private readonly begin: number;

  constructor(private readonly server: { readonly output: string }) {
    this.begin = server.output.length;
  }

  all(): TextMessage[] {
    const printed = this.server.output.slice(this.begin);
    return [...printed.matchAll(LAST_LINE)].map((match) => {
      const end = match.index + match[0].length;
      // A message is a sentence, an empty line and the origin-bound line.
      const text = printed.slice(0, end).split('\n').slice(-3).join('\n');
      return { text, code: match[1] ?? '' };
    });
  }

  /** Waits for the message after the first `skip` ones. */
  async next(skip = 0): Promise<TextMessage> {
    return waitFor(`text message ${skip + 1}`, () => this.all()[skip]);
  }
}
