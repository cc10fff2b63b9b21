// A minimal browser for the tools: cookies, and forms that are posted from the site's own pages.

export class Client {
  /** @type {Map<string, string>} */
  #cookies = new Map();

  /**
   * @param {string} url
   * @param {{ accept?: string, timeout?: number }} [options] the media type to accept, HTML like a
   *   browser or JSON like the islands; and the milliseconds to wait for a reply, unlimited by
   *   default
   */
  constructor(url, { accept = 'text/html', timeout } = {}) {
    this.url = url;
    this.accept = accept;
    this.timeout = timeout;
  }

  /** Returns another client with the current cookies. */
  copy() {
    const copy = new Client(this.url, this);
    copy.#cookies = new Map(this.#cookies);
    return copy;
  }

  /** The value of the `Cookie` header. */
  get cookies() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** @param {string} path */
  async get(path) {
    return this.#send(path, { method: 'GET' });
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} fields
   */
  async post(path, fields) {
    const headers = { origin: this.url, 'sec-fetch-site': 'same-origin' };
    return this.#send(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #send(path, request) {
    const cookie = this.cookies;
    const headers = { accept: this.accept, ...(cookie && { cookie }), ...request.headers };
    const signal = this.timeout === undefined ? null : AbortSignal.timeout(this.timeout);
    const response = await fetch(this.url + path, { ...request, headers, signal, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    // The message that the islands show is in a header.
    const words = decodeURIComponent(response.headers.get('doorcode-message') ?? '');
    return { status: response.status, location: response.headers.get('location'), words, body: await response.text() };
  }

  /** @param {string} line */
  #keep(line) {
    const [pair, ...attributes] = line.split(';');
    const [name, value] = /** @type {[string, string]} */ (pair.split(/=(.*)/s));
    const isOver = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
    if (isOver) this.#cookies.delete(name.trim());
    else this.#cookies.set(name.trim(), value.trim());
  }
}
