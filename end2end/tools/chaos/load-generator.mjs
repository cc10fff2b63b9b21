// Generates load: customers who request codes, each time in a new browser. Matches the emails that
// arrive with the requests.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../lib/client.mjs';
import { Notify } from '../../lib/notify.mjs';

const SECOND = 1000;

/** @typedef {import('../../lib/smtp-sink.mjs').ReceivedMail} ReceivedMail */

/**
 * @typedef {object} CodeRequest
 * @property {string} email
 * @property {Client} browser
 * @property {number} sentAt
 * @property {number} endedAt when the reply had arrived or the connection was lost
 * @property {boolean} isAccepted whether the client saw that it was accepted
 */

export class LoadGenerator {
  /** @type {CodeRequest[]} */
  requests = [];
  /** Notifies when a request is sent. */
  requestSent = new Notify();
  /**
   * The time from which each customer may send the next request.
   * @type {Map<string, number>}
   */
  #availableAt;

  /** @param {import('./test-environment.mjs').TestEnvironment} environment */
  constructor(environment) {
    this.environment = environment;
    this.#availableAt = new Map(environment.emails.map((email) => [email, 0]));
  }

  get accepted() {
    return this.requests.filter(({ isAccepted }) => isAccepted);
  }

  /**
   * Requests a code for one customer. A missing reply is not an error, because the server may just
   * have been killed.
   */
  async requestCode() {
    const email = await this.#nextCustomer();
    const browser = new Client(this.environment.server.url);
    const sentAt = Date.now();
    this.requestSent.notifyAll();
    const isAccepted = await browser.post('/otp/request/', { contact_type: 'email', contact_value: email }).then(
      ({ status, location }) => status === 303 && location === '/otp/verify/',
      () => false,
    );
    const request = { email, browser, sentAt, endedAt: Date.now(), isAccepted };
    this.requests.push(request);
    // The customer's next request is in a later second. The Date of an email, which has whole
    // seconds, then identifies its request, even if the client of an earlier request never learned
    // whether there is an email for it.
    this.#availableAt.set(email, startOfSecond(request.endedAt) + SECOND);
    return request;
  }

  /** Waits for the customer who has been available for longest. */
  async #nextCustomer() {
    for (;;) {
      const [email, at] = [...this.#availableAt].reduce((earliest, other) => (other[1] < earliest[1] ? other : earliest));
      if (at <= Date.now()) {
        this.#availableAt.set(email, Number.POSITIVE_INFINITY);
        return email;
      }
      await sleep(20);
    }
  }

  /**
   * Returns the email for a request, if it has arrived.
   * @param {CodeRequest} request
   */
  mailOf(request) {
    return this.environment.relay.mails.findLast((mail) => matches(mail, request));
  }

  /** The accepted requests whose email has not arrived. */
  get requestsWithoutMail() {
    const mails = this.#mailsByRequest();
    return this.accepted.filter((request) => !mails.has(request));
  }

  /** All copies of each email by Message-ID, in order of arrival. */
  get copiesByMessageId() {
    /** @type {Map<string, ReceivedMail[]>} */
    const copies = new Map();
    for (const mail of this.environment.relay.mails) copies.set(mail.messageId, [...(copies.get(mail.messageId) ?? []), mail]);
    return copies;
  }

  /** The number of emails that match no request, or a request that already has one. */
  get unexpectedMails() {
    return this.copiesByMessageId.size - this.#mailsByRequest().size;
  }

  /** The accepted requests, each with the first email for it. */
  get deliveries() {
    return [...this.#mailsByRequest()].filter(([request]) => request.isAccepted).map(([request, mail]) => ({ request, mail }));
  }

  #mailsByRequest() {
    /** @type {Map<string, CodeRequest[]>} */
    const requests = new Map(this.environment.emails.map((email) => [email, []]));
    for (const request of this.requests) requests.get(request.email)?.push(request);
    /** @type {Map<CodeRequest, ReceivedMail>} */
    const mails = new Map();
    for (const mail of this.environment.relay.mails) {
      const request = requests.get(mail.recipient)?.find((one) => matches(mail, one));
      if (request && !mails.has(request)) mails.set(request, mail);
    }
    return mails;
  }
}

/**
 * @param {ReceivedMail} mail
 * @param {CodeRequest} request
 */
const matches = (mail, request) =>
  mail.recipient === request.email && mail.date >= startOfSecond(request.sentAt) && mail.date <= request.endedAt;

/** @param {number} time */
const startOfSecond = (time) => Math.floor(time / SECOND) * SECOND;
