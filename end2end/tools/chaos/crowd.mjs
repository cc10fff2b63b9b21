// Customers who ask for codes, each time with a new browser, and which mail answers which request.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../lib/client.mjs';
import { Moments } from '../../lib/moments.mjs';

const SECOND = 1000;

/** @typedef {import('../../lib/smtp-sink.mjs').ReceivedMail} ReceivedMail */

/**
 * @typedef {object} Request
 * @property {string} email
 * @property {Client} browser
 * @property {number} sentAt
 * @property {number} endedAt when the answer was there or the connection lost
 * @property {boolean} isAccepted the client saw it
 */

export class Crowd {
  /** @type {Request[]} */
  requests = [];
  /** When requests are sent. */
  moments = new Moments();
  /** When a customer may ask again.
   * @type {Map<string, number>} */
  #rests;

  /** @param {import('./stage.mjs').Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.#rests = new Map(stage.emails.map((email) => [email, 0]));
  }

  get accepted() {
    return this.requests.filter(({ isAccepted }) => isAccepted);
  }

  /** One customer asks. A request that nobody answers is no error: the server may just have been killed. */
  async ask() {
    const email = await this.#next();
    const browser = new Client(this.stage.server.url);
    const sentAt = Date.now();
    this.moments.come();
    const isAccepted = await browser.post('/otp/request/', { contact_type: 'email', contact_value: email }).then(
      ({ status, location }) => status === 303 && location === '/otp/verify/',
      () => false,
    );
    const request = { email, browser, sentAt, endedAt: Date.now(), isAccepted };
    this.requests.push(request);
    // In a later second: the Date of a mail, which has whole seconds, then tells which request it answers, though the client
    // of an earlier one never learned whether there is a mail for it.
    this.#rests.set(email, wholeSeconds(request.endedAt) + SECOND);
    return request;
  }

  /** Who has rested longest. */
  async #next() {
    for (;;) {
      const [email, at] = [...this.#rests].reduce((first, other) => (other[1] < first[1] ? other : first));
      if (at <= Date.now()) {
        this.#rests.set(email, Number.POSITIVE_INFINITY);
        return email;
      }
      await sleep(20);
    }
  }

  /** The mail that answers a request, if it has arrived.
   * @param {Request} request */
  mailOf(request) {
    return this.stage.relay.mails.findLast((mail) => answers(mail, request));
  }

  /** The accepted requests whose mail has not arrived. */
  get missing() {
    const arrived = this.#byRequest();
    return this.accepted.filter((request) => !arrived.has(request));
  }

  /** All copies of each mail, by its Message-ID, in the order they came. */
  get copies() {
    /** @type {Map<string, ReceivedMail[]>} */
    const copies = new Map();
    for (const mail of this.stage.relay.mails) copies.set(mail.messageId, [...(copies.get(mail.messageId) ?? []), mail]);
    return copies;
  }

  /** Mails that no request explains: nobody asked, or one request has two. */
  get unasked() {
    return this.copies.size - this.#byRequest().size;
  }

  /** When the mail of each request first arrived. */
  get arrivals() {
    return [...this.#byRequest()].filter(([request]) => request.isAccepted).map(([request, mail]) => ({ request, mail }));
  }

  #byRequest() {
    /** @type {Map<string, Request[]>} */
    const asked = new Map(this.stage.emails.map((email) => [email, []]));
    for (const request of this.requests) asked.get(request.email)?.push(request);
    /** @type {Map<Request, ReceivedMail>} */
    const arrived = new Map();
    for (const mail of this.stage.relay.mails) {
      const request = asked.get(mail.recipient)?.find((one) => answers(mail, one));
      if (request && !arrived.has(request)) arrived.set(request, mail);
    }
    return arrived;
  }
}

/**
 * @param {ReceivedMail} mail
 * @param {Request} request
 */
const answers = (mail, request) =>
  mail.recipient === request.email && mail.date >= wholeSeconds(request.sentAt) && mail.date <= request.endedAt;

/** @param {number} instant */
const wholeSeconds = (instant) => Math.floor(instant / SECOND) * SECOND;
