// An SMTP server that accepts every mail and hands its code to whoever waits for the recipient. For the benchmark, where a
// full mail server would be measured too; the browser tests use a real one.
import { once } from 'node:events';
import { createServer } from 'node:net';

export class SmtpSink {
  /** @type {Map<string, (code: string) => void>} */
  #waiting = new Map();
  #server = createServer((socket) => this.#serve(socket));

  async start() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `smtp://127.0.0.1:${port}?tls=none`;
  }

  stop() {
    this.#server.close();
  }

  /**
   * The code of the next mail to this recipient.
   * @param {string} recipient
   * @returns {Promise<string>}
   */
  nextCode(recipient) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no mail for ${recipient} within 10 s`)), 10_000);
      this.#waiting.set(recipient, (code) => {
        clearTimeout(timer);
        resolve(code);
      });
    });
  }

  /** @param {import('node:net').Socket} socket */
  #serve(socket) {
    let buffer = '';
    let recipient = '';
    let isBody = false;
    const say = (/** @type {string} */ line) => socket.write(`${line}\r\n`);

    const command = (/** @type {string} */ line) => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') return say('250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING');
      if (verb === 'RCPT') recipient = /<(.*)>/.exec(line)?.[1] ?? '';
      if (verb === 'DATA') {
        isBody = true;
        return say('354 go on');
      }
      say(verb === 'QUIT' ? '221 bye' : '250 ok');
    };

    say('220 sink');
    socket.setEncoding('utf8').setNoDelay(true).on('error', () => socket.destroy());
    socket.on('data', (text) => {
      buffer += text;
      for (;;) {
        const mark = isBody ? '\r\n.\r\n' : '\r\n';
        const end = buffer.indexOf(mark);
        if (end < 0) return;
        const part = buffer.slice(0, end);
        buffer = buffer.slice(end + mark.length);
        if (!isBody) {
          command(part);
          continue;
        }
        isBody = false;
        this.#deliver(recipient, part);
        say('250 kept');
      }
    });
  }

  /**
   * @param {string} recipient
   * @param {string} mail
   */
  #deliver(recipient, mail) {
    const code = /^\d{6}\s*$/m.exec(mail)?.[0].trim();
    if (!code) return;
    this.#waiting.get(recipient)?.(code);
    this.#waiting.delete(recipient);
  }
}
