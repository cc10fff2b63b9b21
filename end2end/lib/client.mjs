// A minimal HTTP client for the tools. It keeps cookies, and posts forms like a page of the site.

export class Client {
  /** @type {Map<string, string>} */
  #cookies = new Map();

  /**
   * @param {string} url
   * @param {{ accept?: string, timeout?: number }} [options] the media type to accept, HTML like a
   *   browser or JSON like the islands; and the timeout of a request in milliseconds, by default
   *   none
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
    return this.#fetch(path, { method: 'GET' });
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} fields
   */
  async post(path, fields) {
    const headers = { origin: this.url, 'sec-fetch-site': 'same-origin' };
    return this.#fetch(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #fetch(path, request) {
    const cookie = this.cookies;
    const headers = { accept: this.accept, ...(cookie && { cookie }), ...request.headers };
    const signal = this.timeout === undefined ? null : AbortSignal.timeout(this.timeout);
    const response = await fetch(this.url + path, { ...request, headers, signal, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#storeCookie(line);
    // The message that the islands show is in a header.
    const message = decodeURIComponent(response.headers.get('doorcode-message') ?? '');
    return { status: response.status, location: response.headers.get('location'), message, body: await response.text() };
  }

  /** @param {string} line */
  #storeCookie(line) {
    const [pair, ...attributes] = line.split(';');
    const [name, value] = /** @type {[string, string]} */ (pair.split(/=(.*)/s));
    const isExpired = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
    if (isExpired) this.#cookies.delete(name.trim());
    else this.#cookies.set(name.trim(), value.trim());
  }
}
