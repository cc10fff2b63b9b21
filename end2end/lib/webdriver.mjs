// A browser through plain WebDriver (https://www.w3.org/TR/webdriver2/), for browsers that
// Playwright does not support.
import { waitFor } from './process.mjs';

/** The key with which the protocol marks the id of an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const ENTER = '\uE007';
/**
 * The timeout of a command, including the start of a browser, and of an expected state of a page.
 */
const TIMEOUT_MS = 20_000;
/** Errors of an element that has not been laid out yet. The command had no effect. */
const NOT_READY_ERRORS = ['element not interactable'];
/** Errors that also occur during a navigation. */
const TRANSIENT_ERRORS = [...NOT_READY_ERRORS, 'no such element', 'stale element reference'];

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
async function sendCommand(url, method, body) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS) });
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
    const { sessionId } = await sendCommand(`${driver}/session`, 'POST', { capabilities: { alwaysMatch: capabilities } });
    return new Window(`${driver}/session/${sessionId}`);
  }

  async close() {
    await sendCommand(this.session, 'DELETE');
  }

  /** @param {string} url */
  async visit(url) {
    await sendCommand(`${this.session}/url`, 'POST', { url });
  }

  async reload() {
    await sendCommand(`${this.session}/refresh`, 'POST', {});
  }

  /** @param {string} script the body of a function */
  async execute(script) {
    return sendCommand(`${this.session}/execute/sync`, 'POST', { script, args: [] });
  }

  /**
   * Waits until the text of an element contains `text`.
   * @param {string} css
   * @param {string} text
   */
  async waitForText(css, text) {
    let last = '';
    const isThere = async () => (last = await this.#elementCommand(css, 'GET', 'text')).includes(text);
    await waitFor(`"${text}" in ${css}`, () => ignoreTransientErrors(isThere), TIMEOUT_MS).catch((error) => {
      throw new Error(`${error.message}; it says "${last}"`);
    });
  }

  /** @param {string} css */
  async waitFor(css) {
    await waitFor(css, () => ignoreTransientErrors(() => this.#find('css selector', css)), TIMEOUT_MS);
  }

  /**
   * Replaces the value of a field and submits the form.
   * @param {string} css
   * @param {string} text
   */
  async fillAndSubmit(css, text) {
    await retryUntilDone(`${css} to clear`, () => this.#elementCommand(css, 'POST', 'clear', {}), TRANSIENT_ERRORS);
    await retryUntilDone(`${css} to type into`, () => this.#elementCommand(css, 'POST', 'value', { text: text + ENTER }), NOT_READY_ERRORS);
  }

  /** @param {string} label of a button */
  async click(label) {
    const xpath = `//button[normalize-space()="${label}"]`;
    const button = await waitFor(`the button ${label}`, () => ignoreTransientErrors(() => this.#find('xpath', xpath)), TIMEOUT_MS);
    await retryUntilDone(`${label} to press`, () => sendCommand(`${this.session}/element/${button}/click`, 'POST', {}), NOT_READY_ERRORS);
  }

  /**
   * @param {string} using
   * @param {string} value
   * @returns {Promise<string>} the id of the element
   */
  async #find(using, value) {
    return (await sendCommand(`${this.session}/element`, 'POST', { using, value }))[ELEMENT];
  }

  /**
   * @param {string} css
   * @param {string} method
   * @param {string} command
   * @param {object} [body]
   */
  async #elementCommand(css, method, command, body) {
    return sendCommand(`${this.session}/element/${await this.#find('css selector', css)}/${command}`, method, body);
  }
}

/**
 * Calls `act` until it succeeds, and retries after transient errors.
 * @param {string} what for the error message after a timeout
 * @param {() => Promise<unknown>} act
 * @param {string[]} transientErrors the errors after which to retry
 */
async function retryUntilDone(what, act, transientErrors) {
  await waitFor(what, () => ignoreTransientErrors(async () => (await act(), true), transientErrors), TIMEOUT_MS);
}

/**
 * Returns the result of `read`, or undefined if a transient error occurs.
 * @template T
 * @param {() => Promise<T>} read
 * @param {string[]} transientErrors
 */
async function ignoreTransientErrors(read, transientErrors = TRANSIENT_ERRORS) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WebDriverError && transientErrors.includes(error.kind)) return undefined;
    throw error;
  }
}
