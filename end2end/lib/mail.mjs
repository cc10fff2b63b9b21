// A minimal email parser for the tools.

/**
 * @typedef {object} Mail
 * @property {string} recipient of the envelope
 * @property {string} messageId
 * @property {number} date the `Date` header in milliseconds, with a precision of one second
 * @property {string | undefined} code undefined if the email is of another kind
 * @property {string} content subject and body; equal for two copies of an email
 */

/**
 * @param {string} recipient
 * @param {string} text as received over the wire
 * @returns {Mail}
 */
export function parseMail(recipient, text) {
  const { header, body } = entity(text);
  const boundary = boundaryOf(header('content-type'));
  return {
    recipient,
    messageId: messageIdOf(text),
    date: Date.parse(header('date')),
    code: /^\d{6}\s*$/m.exec(plainText(text))?.[0].trim(),
    // Each attempt generates a new boundary, which is not part of the content.
    content: `${header('subject')}\n${boundary ? body.replaceAll(boundary, 'boundary') : body}`,
  };
}

/**
 * Returns the `Message-ID`, also of an email that was cut off.
 * @param {string} text
 */
export const messageIdOf = (text) => entity(text).header('message-id');

/** @param {string} text */
function entity(text) {
  const end = text.indexOf('\r\n\r\n');
  const head = (end < 0 ? text : text.slice(0, end)).replace(/\r\n[ \t]+/g, ' ');
  const header = (/** @type {string} */ name) => new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  return { header, body: end < 0 ? '' : text.slice(end + 4) };
}

/** @param {string} contentType */
const boundaryOf = (contentType) => /boundary="?([^";]+)/i.exec(contentType)?.[1];

/**
 * Returns the decoded plain text of an email or of a part of it. In the encoded text, a folded line
 * could end in a line of digits.
 * @param {string} text
 * @returns {string}
 */
function plainText(text) {
  const { header, body } = entity(text);
  const boundary = boundaryOf(header('content-type'));
  if (boundary) {
    const parts = body.split(`--${boundary}`).slice(1, -1).map((part) => part.replace(/^\r\n/, ''));
    return parts.map(plainText).find((found) => found !== '') ?? '';
  }
  if (!/^(text\/plain|$)/i.test(header('content-type'))) return '';
  return decode(body, header('content-transfer-encoding').toLowerCase());
}

/**
 * @param {string} body
 * @param {string} encoding
 */
function decode(body, encoding) {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  // The bytes of a multi-byte character are not combined, because only the digits are read.
  return body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
