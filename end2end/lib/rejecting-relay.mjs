// An SMTP server that rejects every recipient as unknown.
import { once } from 'node:events';
import { createServer } from 'node:net';

export class RejectingRelay {
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

  /** @param {import('node:net').Socket} socket */
  #serve(socket) {
    let input = '';
    socket.on('error', () => socket.destroy());
    socket.write('220 rejecting\r\n');
    socket.setEncoding('utf8').on('data', (text) => {
      const lines = (input + text).split('\r\n');
      input = lines.pop() ?? '';
      for (const line of lines) socket.write(`${reply(line.slice(0, 4).toUpperCase())}\r\n`);
    });
  }
}

/** @param {string} command */
function reply(command) {
  if (command === 'RCPT') return '550 5.1.1 No such user here';
  return command === 'QUIT' ? '221 bye' : '250 ok';
}
