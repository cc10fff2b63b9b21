// A worker that solves a proof of work (https://altcha.org/docs/v2/proof-of-work): it searches for
// the number that, appended to the salt, has the given SHA-256 digest.
//
// Input: the challenge as JSON. Output: the progress in percent, and then the solution as text, or
// null if there is none.
//
// crypto.subtle is not used, because a promise for each digest costs more than the digest, and
// because it is not available without https.
'use strict';

// Milliseconds between progress messages to the page.
const EVERY_MS = 250;
// Hashes between two checks of the clock.
const BATCH = 2048;

// FIPS 180-4, sections 4.2.2 and 5.3.3: the first bits of the fractional parts of the roots of the
// first primes.
const primes = [];
for (let number = 2; primes.length < 64; number += 1) if (primes.every((prime) => number % prime)) primes.push(number);
const fraction = (root) => ((root % 1) * 2 ** 32) | 0;
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

const W = new Int32Array(64);
const state = new Int32Array(8);

// Processes one block (FIPS 180-4, section 6.2.2).
function compress(view, offset) {
  for (let t = 0; t < 16; t += 1) W[t] = view.getInt32(offset + 4 * t);
  for (let t = 16; t < 64; t += 1) {
    const x = W[t - 15];
    const y = W[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = (W[t - 16] + s0 + W[t - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let t = 0; t < 64; t += 1) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const one = (h + S1 + ((e & f) ^ (~e & g)) + K[t] + W[t]) | 0;
    const two = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0;
    d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// Whether a message has the digest, after padding (FIPS 180-4, section 5.1.1).
function matches(text, bytes, view, digest) {
  const { length } = text;
  const end = (((length + 8) >> 6) + 1) << 6;
  for (let i = 0; i < length; i += 1) bytes[i] = text.charCodeAt(i);
  bytes[length] = 0x80;
  bytes.fill(0, length + 1, end);
  view.setUint32(end - 4, length * 8);
  state.set(START);
  for (let offset = 0; offset < end; offset += 64) compress(view, offset);
  return state[0] === digest[0] && state.every((word, i) => word === digest[i]);
}

function search({ salt, challenge, maxnumber }) {
  const digest = Int32Array.from(challenge.match(/.{8}/g), (word) => Number.parseInt(word, 16));
  const bytes = new Uint8Array(salt.length + 128);
  const view = new DataView(bytes.buffer);
  let postedAt = 0;
  for (let number = 0; number <= maxnumber; number += 1) {
    if (matches(salt + number, bytes, view, digest)) return number;
    if (number % BATCH === 0 && performance.now() - postedAt > EVERY_MS) {
      postedAt = performance.now();
      postMessage(Math.floor((100 * number) / maxnumber));
    }
  }
  return null;
}

onmessage = ({ data }) => {
  const { algorithm, challenge, maxnumber, salt, signature } = JSON.parse(data);
  const number = search({ salt, challenge, maxnumber });
  postMessage(number === null ? null : btoa(JSON.stringify({ algorithm, challenge, number, salt, signature })));
};
