// WebKitGTK through Debian's WebKitWebDriver, on a virtual display.
import { Program, freePort } from './process.mjs';
import { Window } from './webdriver.mjs';

export class WebKit {
  /** @type {Program | undefined} */
  #driver;

  /** @param {Program} display */
  constructor(display) {
    this.display = display;
  }

  static async start() {
    // Xvfb chooses a free display number and prints it once it listens.
    const display = new Program('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp']);
    await display.waitUntilReady('a display', () => /^\d+\n/m.test(display.output));
    return new WebKit(display);
  }

  /**
   * Opens a new browser in place of the previous one.
   * @param {string[]} args
   */
  async open(...args) {
    const capabilities = { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { args: ['--automation', ...args] } };
    const open = async () => Window.open(await this.#startDriver(), capabilities);
    // On a busy machine, about 1 % of drivers never reply to their first command.
    return open().catch((error) => (error.name === 'TimeoutError' ? open() : Promise.reject(error)));
  }

  async #startDriver() {
    await this.#driver?.stop();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = { ...process.env, DISPLAY: `:${/^\d+$/m.exec(this.display.output)?.[0]}` };
    this.#driver = new Program('WebKitWebDriver', [`--port=${port}`], { env });
    await this.#driver.waitUntilReady('WebKitWebDriver to answer', () => fetch(`${url}/status`).then(({ ok }) => ok, () => false));
    return url;
  }

  async stop() {
    await this.#driver?.stop();
    await this.display.stop();
  }
}
