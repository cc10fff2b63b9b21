// An SMTP server that accepts every email, keeps it, and passes its code to the caller that waits
// for the recipient. It serves the benchmark and the fault injection, where a full mail server
// would be measured, too; most browser tests use a real one. To simulate a relay in trouble, it can
// be slow, or hang: it then accepts connections and bytes but does not reply.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageIdOf, readMail } from './mail.mjs';
import { Moments } from './moments.mjs';

/**
 * Times in milliseconds, as of `Date.now()`.
 * @typedef {object} Times
 * @property {number} begunAt when the first line of the envelope arrived
 * @property {number} arrivedAt when the whole email had arrived
 * @property {number} answeredAt when the client was told so, or would have been; infinite until
 *   then
 */
/** @typedef {import('./mail.mjs').Mail & Times} ReceivedMail */

/**
 * The delays of replies, in milliseconds.
 * @typedef {object} Delays
 * @property {() => number} reply to a command
 * @property {() => number} receipt to a whole email
 */

/** @type {Delays} */
const AT_ONCE = { reply: () => 0, receipt: () => 0 };

export class SmtpSink {
  /**
   * All emails with a code in order of arrival, including repeats.
   * @type {ReceivedMail[]}
   */
  mails = [];
  /**
   * Emails whose connection was lost before their end.
   * @type {{ messageId: string, at: number }[]}
   */
  cuts = [];
  /** The moments at which clients connect. */
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

  /** Accepts connections; after a stop, at the same port again. */
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

  /** Stops replying, on existing and on new connections. */
  hang() {
    this.#awake = new Promise((resolve) => (this.#wake = resolve));
  }

  /** Continues on every connection that is still open. */
  resume() {
    this.#wake();
  }

  /**
   * Waits for the next email with a code to this recipient.
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
   * Waits for that email and returns its code.
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
   * Returns the input up to `mark`, or undefined once the connection is lost. Input that arrives
   * during a hang is not processed before its end.
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
    // Unlike a command, a whole email counts even if its client is gone: a relay would deliver it.
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

/** The input of a socket, in parts. */
class Input {
  /** Input that has arrived but has not been read. */
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
   * Waits for the input up to `mark`. Returns undefined if the connection is lost before.
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
