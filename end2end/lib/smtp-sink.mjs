// An SMTP server that accepts every mail, keeps it, and hands its code to whoever waits for the recipient. For the benchmark
// and the fault injection, where a full mail server would be measured too; the browser tests use a real one. As a relay in
// trouble it can be slow, or hang: it takes connections and bytes, and says nothing.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageIdOf, readMail } from './mail.mjs';
import { Moments } from './moments.mjs';

/** Instants are milliseconds as of `Date.now()`.
 * @typedef {object} Times
 * @property {number} begunAt the envelope's first line
 * @property {number} arrivedAt the whole mail was there
 * @property {number} answeredAt the client was told so, or would have been; infinite until then
 */
/** @typedef {import('./mail.mjs').Mail & Times} ReceivedMail */

/** How long a reply takes, in milliseconds.
 * @typedef {object} Delays
 * @property {() => number} reply to a command
 * @property {() => number} receipt to a whole mail
 */

/** @type {Delays} */
const AT_ONCE = { reply: () => 0, receipt: () => 0 };

export class SmtpSink {
  /** Every mail with a code, in the order they came, repeats too.
   * @type {ReceivedMail[]} */
  mails = [];
  /** Mails whose connection was lost before their end.
   * @type {{ messageId: string, at: number }[]} */
  cuts = [];
  /** When clients connect. */
  connections = new Moments();
  /** @type {Map<string, (mail: ReceivedMail) => void>} */
  #waiting = new Map();
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set();
  #port = 0;
  #awake = Promise.resolve();
  #wake = () => {};
  #server = createServer((socket) => void this.#serve(socket));

  /** @param {Delays} delays */
  constructor(delays = AT_ONCE) {
    this.delays = delays;
  }

  /** Takes connections; after a stop at the same port again. */
  async start() {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = /** @type {import('node:net').AddressInfo} */ (this.#server.address()).port;
    return `smtp://127.0.0.1:${this.#port}?tls=none`;
  }

  stop() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** From now on it says nothing, on old connections and on new ones. */
  hang() {
    this.#awake = new Promise((resolve) => (this.#wake = resolve));
  }

  /** It goes on where it was, on every connection that is still there. */
  resume() {
    this.#wake();
  }

  /**
   * The next mail with a code to this recipient.
   * @param {string} recipient
   * @param {number} [timeout] milliseconds
   * @returns {Promise<ReceivedMail>}
   */
  nextMail(recipient, timeout = 10_000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no mail for ${recipient} within ${timeout} ms`)), timeout);
      this.#waiting.set(recipient, (mail) => {
        clearTimeout(timer);
        resolve(mail);
      });
    });
  }

  /**
   * The code of that mail.
   * @param {string} recipient
   */
  async nextCode(recipient) {
    return String((await this.nextMail(recipient)).code);
  }

  /** @param {import('node:net').Socket} socket */
  async #serve(socket) {
    this.#sockets.add(socket);
    this.connections.come();
    socket.setNoDelay(true).on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket));
    const input = new Input(socket);
    let begunAt = 0;
    let recipient = '';
    await this.#say(socket, '220 sink');
    for (;;) {
      const line = await this.#read(input, '\r\n');
      if (line === undefined) return;
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'MAIL') begunAt = Date.now();
      if (verb === 'RCPT') recipient = /<(.*)>/.exec(line)?.[1] ?? '';
      await this.#say(socket, reply(verb), this.delays.reply());
      if (verb === 'DATA') await this.#take(socket, input, recipient, begunAt);
    }
  }

  /**
   * What came up to `mark`; undefined once the connection is lost. What came during a hang is not looked at before its end.
   * @param {Input} input
   * @param {string} mark
   */
  async #read(input, mark) {
    const part = await input.upTo(mark);
    await this.#awake;
    return input.isOver ? undefined : part;
  }

  /**
   * @param {import('node:net').Socket} socket
   * @param {string} line
   * @param {number} delay
   */
  async #say(socket, line, delay = 0) {
    if (delay > 0) await sleep(delay);
    await this.#awake;
    if (socket.writable) socket.write(`${line}\r\n`);
  }

  /**
   * @param {import('node:net').Socket} socket
   * @param {Input} input
   * @param {string} recipient
   * @param {number} begunAt
   */
  async #take(socket, input, recipient, begunAt) {
    const text = await input.upTo('\r\n.\r\n');
    await this.#awake;
    // Unlike a command, a whole mail counts though its client is gone: a relay delivers it.
    if (text === undefined) {
      this.cuts.push({ messageId: messageIdOf(input.rest), at: Date.now() });
      return;
    }
    const mail = { ...readMail(recipient, text), begunAt, arrivedAt: Date.now(), answeredAt: Number.POSITIVE_INFINITY };
    if (mail.code) this.#keep(mail);
    await this.#say(socket, '250 kept', this.delays.receipt());
    mail.answeredAt = Date.now();
  }

  /** @param {ReceivedMail} mail */
  #keep(mail) {
    this.mails.push(mail);
    this.#waiting.get(mail.recipient)?.(mail);
    this.#waiting.delete(mail.recipient);
  }
}

/** @param {string} verb */
function reply(verb) {
  if (verb === 'EHLO') return '250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING';
  if (verb === 'DATA') return '354 go on';
  return verb === 'QUIT' ? '221 bye' : '250 ok';
}

/** What a socket brings, piece by piece. */
class Input {
  /** What came and was not read. */
  rest = '';
  isOver = false;
  #wake = () => {};

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    socket.setEncoding('utf8').on('data', (text) => {
      this.rest += text;
      this.#wake();
    });
    socket.on('close', () => {
      this.isOver = true;
      this.#wake();
    });
  }

  /**
   * What comes up to `mark`; undefined if the connection is lost before.
   * @param {string} mark
   * @returns {Promise<string | undefined>}
   */
  async upTo(mark) {
    for (;;) {
      const end = this.rest.indexOf(mark);
      if (end >= 0) {
        const part = this.rest.slice(0, end);
        this.rest = this.rest.slice(end + mark.length);
        return part;
      }
      if (this.isOver) return undefined;
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
  }
}
