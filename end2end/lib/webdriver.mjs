// A browser through plain WebDriver (https://www.w3.org/TR/webdriver2/), for browsers that
// Playwright does not support.
import { waitFor } from './process.mjs';

/** The key with which the protocol marks the id of an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const ENTER = '\uE007';
/**
 * Milliseconds to wait for a command, including the start of a browser, and for an expected state
 * of a page.
 */
const PATIENCE = 20_000;
/** Errors after which the element is untouched, because it has not been laid out yet. */
const TOO_EARLY = ['element not interactable'];
/** Errors that also occur while a page is replaced by the next. */
const PASSING = [...TOO_EARLY, 'no such element', 'stale element reference'];

class WebDriverError extends Error {
  /** @param {{ error: string, message: string }} value */
  constructor({ error, message }) {
    super(`${error}: ${message}`);
    this.kind = error;
  }
}

/**
 * @param {string} url
 * @param {string} method
 * @param {object} [body]
 */
async function send(url, method, body) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE) });
  const { value } = /** @type {{ value: any }} */ (await response.json());
  if (!response.ok) throw new WebDriverError(value);
  return value;
}

/** A browser window, which starts without cookies. */
export class Window {
  /** @param {string} session the URL of the session */
  constructor(session) {
    this.session = session;
  }

  /**
   * @param {string} driver the URL of the driver
   * @param {object} capabilities
   */
  static async open(driver, capabilities) {
    const { sessionId } = await send(`${driver}/session`, 'POST', { capabilities: { alwaysMatch: capabilities } });
    return new Window(`${driver}/session/${sessionId}`);
  }

  async close() {
    await send(this.session, 'DELETE');
  }

  /** @param {string} url */
  async visit(url) {
    await send(`${this.session}/url`, 'POST', { url });
  }

  async reload() {
    await send(`${this.session}/refresh`, 'POST', {});
  }

  /** @param {string} script the body of a function */
  async run(script) {
    return send(`${this.session}/execute/sync`, 'POST', { script, args: [] });
  }

  /**
   * Waits until the text of an element contains `text`.
   * @param {string} css
   * @param {string} text
   */
  async waitForText(css, text) {
    let last = '';
    const isThere = async () => (last = await this.#act(css, 'GET', 'text')).includes(text);
    await waitFor(`"${text}" in ${css}`, () => whileMoving(isThere), PATIENCE).catch((error) => {
      throw new Error(`${error.message}; it says "${last}"`);
    });
  }

  /** @param {string} css */
  async waitFor(css) {
    await waitFor(css, () => whileMoving(() => this.#find('css selector', css)), PATIENCE);
  }

  /**
   * Replaces the value of a field and submits the form.
   * @param {string} css
   * @param {string} text
   */
  async send(css, text) {
    await once(`${css} to clear`, () => this.#act(css, 'POST', 'clear', {}), PASSING);
    await once(`${css} to type into`, () => this.#act(css, 'POST', 'value', { text: text + ENTER }), TOO_EARLY);
  }

  /** @param {string} label of a button */
  async press(label) {
    const xpath = `//button[normalize-space()="${label}"]`;
    const button = await waitFor(`the button ${label}`, () => whileMoving(() => this.#find('xpath', xpath)), PATIENCE);
    await once(`${label} to press`, () => send(`${this.session}/element/${button}/click`, 'POST', {}), TOO_EARLY);
  }

  /**
   * @param {string} using
   * @param {string} value
   * @returns {Promise<string>} the id of the element
   */
  async #find(using, value) {
    return (await send(`${this.session}/element`, 'POST', { using, value }))[ELEMENT];
  }

  /**
   * @param {string} css
   * @param {string} method
   * @param {string} command
   * @param {object} [body]
   */
  async #act(css, method, command, body) {
    return send(`${this.session}/element/${await this.#find('css selector', css)}/${command}`, method, body);
  }
}

/**
 * Calls `act` as soon as the page allows it.
 * @param {string} what for the error message after a timeout
 * @param {() => Promise<unknown>} act
 * @param {string[]} passing the errors after which to retry
 */
async function once(what, act, passing) {
  await waitFor(what, () => whileMoving(async () => (await act(), true), passing), PATIENCE);
}

/**
 * Returns the result of `ask`, or undefined while the page is between two states.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {string[]} passing
 */
async function whileMoving(ask, passing = PASSING) {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WebDriverError && passing.includes(error.kind)) return undefined;
    throw error;
  }
}
