// Customers who request codes, each time with a new browser, and the emails for their requests.
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
 * @property {number} endedAt when the reply had arrived or the connection was lost
 * @property {boolean} isAccepted whether the client saw that it was accepted
 */

export class Crowd {
  /** @type {Request[]} */
  requests = [];
  /** The moments at which requests are sent. */
  moments = new Moments();
  /**
   * The time from which a customer may request again.
   * @type {Map<string, number>}
   */
  #rests;

  /** @param {import('./stage.mjs').Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.#rests = new Map(stage.emails.map((email) => [email, 0]));
  }

  get accepted() {
    return this.requests.filter(({ isAccepted }) => isAccepted);
  }

  /**
   * Requests a code for one customer. A missing reply is not an error, because the server may just
   * have been killed.
   */
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
    // The customer's next request is in a later second. The Date of an email, which has whole
    // seconds, then identifies its request, even if the client of an earlier request never learned
    // whether there is an email for it.
    this.#rests.set(email, wholeSeconds(request.endedAt) + SECOND);
    return request;
  }

  /** Waits for the customer who has rested longest. */
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

  /**
   * Returns the email for a request, if it has arrived.
   * @param {Request} request
   */
  mailOf(request) {
    return this.stage.relay.mails.findLast((mail) => answers(mail, request));
  }

  /** The accepted requests whose email has not arrived. */
  get missing() {
    const arrived = this.#byRequest();
    return this.accepted.filter((request) => !arrived.has(request));
  }

  /** All copies of each email by Message-ID, in order of arrival. */
  get copies() {
    /** @type {Map<string, ReceivedMail[]>} */
    const copies = new Map();
    for (const mail of this.stage.relay.mails) copies.set(mail.messageId, [...(copies.get(mail.messageId) ?? []), mail]);
    return copies;
  }

  /** The number of emails that no request explains: nobody requested them, or a request has two. */
  get unasked() {
    return this.copies.size - this.#byRequest().size;
  }

  /** The accepted requests, each with the first email for it. */
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
