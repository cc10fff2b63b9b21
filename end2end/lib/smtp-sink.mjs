// An SMTP server that accepts and stores every email, and passes its code to the caller that waits
// for the recipient. It is used by the benchmark and the fault injection, where the load of a full
// mail server would distort the measurements. Most browser tests use a real mail server. To
// simulate a faulty relay, replies can be delayed, or the sink can hang: it then accepts
// connections and input but does not reply.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageIdOf, parseMail } from './mail.mjs';
import { Notify } from './notify.mjs';

/**
 * Times in milliseconds since the Unix epoch.
 * @typedef {object} Timestamps
 * @property {number} startedAt when the first line of the envelope arrived
 * @property {number} arrivedAt when the whole email had arrived
 * @property {number} repliedAt when the reply was sent, or would have been sent if the client is
 *   gone; infinite until then
 */
/** @typedef {import('./mail.mjs').Mail & Timestamps} ReceivedMail */

/**
 * The delays of replies, in milliseconds.
 * @typedef {object} Delays
 * @property {() => number} command before the reply to a command
 * @property {() => number} data before the reply to the end of an email
 */

/** @type {Delays} */
const NO_DELAYS = { command: () => 0, data: () => 0 };

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
  aborted = [];
  /** Notifies when a client connects. */
  connected = new Notify();
  /** @type {Map<string, (mail: ReceivedMail) => void>} */
  #waiters = new Map();
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set();
  #port = 0;
  #resumed = Promise.resolve();
  #resume = () => {};
  #server = createServer((socket) => void this.#serve(socket));

  /** @param {Delays} delays */
  constructor(delays = NO_DELAYS) {
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
    this.#resumed = new Promise((resolve) => (this.#resume = resolve));
  }

  /** Continues on every connection that is still open. */
  resume() {
    this.#resume();
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
      this.#waiters.set(recipient, (mail) => {
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
    this.connected.notifyAll();
    socket.setNoDelay(true).on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket));
    const input = new SocketReader(socket);
    let startedAt = 0;
    let recipient = '';
    await this.#send(socket, '220 sink');
    for (;;) {
      const line = await this.#readUntil(input, '\r\n');
      if (line === undefined) return;
      const command = line.slice(0, 4).toUpperCase();
      if (command === 'MAIL') startedAt = Date.now();
      if (command === 'RCPT') recipient = /<(.*)>/.exec(line)?.[1] ?? '';
      await this.#send(socket, reply(command), this.delays.command());
      if (command === 'DATA') await this.#receiveMail(socket, input, recipient, startedAt);
    }
  }

  /**
   * Returns the input up to `delimiter`, or undefined if the connection is lost. Input that arrives
   * while the sink hangs is processed when it resumes.
   * @param {SocketReader} input
   * @param {string} delimiter
   */
  async #readUntil(input, delimiter) {
    const part = await input.readUntil(delimiter);
    await this.#resumed;
    return input.isClosed ? undefined : part;
  }

  /**
   * @param {import('node:net').Socket} socket
   * @param {string} line
   * @param {number} delay
   */
  async #send(socket, line, delay = 0) {
    if (delay > 0) await sleep(delay);
    await this.#resumed;
    if (socket.writable) socket.write(`${line}\r\n`);
  }

  /**
   * @param {import('node:net').Socket} socket
   * @param {SocketReader} input
   * @param {string} recipient
   * @param {number} startedAt
   */
  async #receiveMail(socket, input, recipient, startedAt) {
    const text = await input.readUntil('\r\n.\r\n');
    await this.#resumed;
    // Unlike a command, a whole email counts even if its client is gone: a relay would deliver it.
    if (text === undefined) {
      this.aborted.push({ messageId: messageIdOf(input.buffer), at: Date.now() });
      return;
    }
    const mail = { ...parseMail(recipient, text), startedAt, arrivedAt: Date.now(), repliedAt: Number.POSITIVE_INFINITY };
    if (mail.code) this.#store(mail);
    await this.#send(socket, '250 accepted', this.delays.data());
    mail.repliedAt = Date.now();
  }

  /** @param {ReceivedMail} mail */
  #store(mail) {
    this.mails.push(mail);
    this.#waiters.get(mail.recipient)?.(mail);
    this.#waiters.delete(mail.recipient);
  }
}

/** @param {string} command */
function reply(command) {
  if (command === 'EHLO') return '250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING';
  if (command === 'DATA') return '354 send the mail';
  return command === 'QUIT' ? '221 bye' : '250 ok';
}

/** The input of a socket, in parts. */
class SocketReader {
  /** Input that has arrived but has not been read. */
  buffer = '';
  isClosed = false;
  #wake = () => {};

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    socket.setEncoding('utf8').on('data', (text) => {
      this.buffer += text;
      this.#wake();
    });
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  /**
   * Waits for the input up to `delimiter`. Returns undefined if the connection is lost before.
   * @param {string} delimiter
   * @returns {Promise<string | undefined>}
   */
  async readUntil(delimiter) {
    for (;;) {
      const end = this.buffer.indexOf(delimiter);
      if (end >= 0) {
        const part = this.buffer.slice(0, end);
        this.buffer = this.buffer.slice(end + delimiter.length);
        return part;
      }
      if (this.isClosed) return undefined;
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
  }
}
