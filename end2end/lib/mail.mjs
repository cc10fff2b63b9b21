// What a mail says, as far as the tools ask.

/**
 * @typedef {object} Mail
 * @property {string} recipient the envelope's
 * @property {string} messageId
 * @property {number} date its header, in milliseconds; whole seconds
 * @property {string | undefined} code undefined: the mail is of another kind
 * @property {string} content subject and body; equal for two copies of a mail
 */

/**
 * @param {string} recipient
 * @param {string} text as it came over the wire
 * @returns {Mail}
 */
export function readMail(recipient, text) {
  const { header, body } = entity(text);
  const boundary = boundaryOf(header('content-type'));
  return {
    recipient,
    messageId: messageIdOf(text),
    date: Date.parse(header('date')),
    code: /^\d{6}\s*$/m.exec(plainText(text))?.[0].trim(),
    // Each try makes up a boundary; it is no part of what the mail says.
    content: `${header('subject')}\n${boundary ? body.replaceAll(boundary, 'boundary') : body}`,
  };
}

/** Also of a mail that was cut off on its way.
 * @param {string} text */
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
 * The plain text in a mail or in a part of it, decoded: a line that was folded for the wire could end in a line of digits.
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
  // The bytes of one character stay apart: nobody reads more than the digits.
  return body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
