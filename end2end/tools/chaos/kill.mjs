// Kills the server (kill -9) under load, again and again: no accepted request may be lost, and no
// email may arrive more often than the kills explain.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../lib/process.mjs';
import { quantile } from '../../lib/statistics.mjs';
import { Crowd } from './crowd.mjs';
import { Figures } from './figures.mjs';
import { Lives } from './lives.mjs';
import { Logins } from './logins.mjs';
import { Stage, on } from './stage.mjs';

const CUSTOMERS = 64;
const ASKERS = 6;
const SIGNERS = 2;
/** A crash leaves a lease on the emails in flight: nobody sends them for this long. */
const LEASE_MS = 20_000;
const ARRIVES_WITHIN_MS = 60_000;
/** Milliseconds from the relay's reply to its record in the database, on a busy machine. */
const RECORD_MS = 300;
/**
 * A kill that is aimed at a request or an answer follows it within this many milliseconds, which is
 * about as long as one takes.
 */
const AIM_MS = 12;

/** @typedef {import('../../lib/smtp-sink.mjs').ReceivedMail} ReceivedMail */

/**
 * @param {{ random: import('../../lib/random.mjs').Random, kills: number }} options
 * @returns {Promise<import('./figures.mjs').Figure[]>}
 */
export async function kill({ random, kills }) {
  const chance = random.fork();
  const delays = { reply: () => 0, receipt: () => chance.between(1, 80) };
  const stage = await Stage.open(CUSTOMERS, { delays });
  return on(stage, async () => {
    const lives = new Lives(stage);
    const crowd = new Crowd(stage);
    const logins = new Logins(lives, crowd);
    await crash(kills, random, lives, crowd, logins);
    await settle(lives, crowd);
    await logins.checkAll();
    return report(lives, crowd, logins);
  });
}

/**
 * Runs the load, and kills the server meanwhile.
 * @param {number} kills
 * @param {import('../../lib/random.mjs').Random} random
 * @param {Lives} lives
 * @param {Crowd} crowd
 * @param {Logins} logins
 */
async function crash(kills, random, lives, crowd, logins) {
  let isOver = false;
  const repeat = async (/** @type {() => Promise<unknown>} */ act, /** @type {number} */ pause) => {
    while (!isOver) {
      await lives.up();
      await act();
      await sleep(random.between(0, 2 * pause));
    }
  };
  const load = Promise.all([
    ...Array.from({ length: ASKERS }, () => repeat(() => crowd.ask(), 100)),
    ...Array.from({ length: SIGNERS }, () => repeat(() => logins.one(), 300)),
    repeat(() => logins.check(), 200),
  ]);
  const targets = [() => sleep(0), () => crowd.moments.next(), () => logins.moments.next()];
  const lethal = async () => {
    for (let count = 1; count <= kills && !isOver; count += 1) {
      await sleep(random.between(200, 1_400));
      const target = targets[Math.floor(random.next() * targets.length)];
      await Promise.race([target?.(), sleep(1_000)]);
      await sleep(random.between(0, AIM_MS));
      await lives.crash();
      if (count % 50 === 0) console.log(`  ${count} kills, ${crowd.accepted.length} requests accepted`);
    }
  };
  // Race them, so that a failure of the load ends the run.
  await Promise.race([load, lethal()]).finally(() => (isOver = true));
  await load;
}

/**
 * Waits until every email has arrived, and every repeat that the last kill may have caused.
 * @param {Lives} lives
 * @param {Crowd} crowd
 */
async function settle(lives, crowd) {
  const last = lives.starts.at(-1) ?? Date.now();
  const isQuiet = () => Date.now() > last + LEASE_MS + 5_000 && crowd.missing.length === 0;
  const left = last + ARRIVES_WITHIN_MS - Date.now();
  // A late email is a figure, not an error.
  await waitFor('the mails', isQuiet, left).catch(() => {});
}

/**
 * @param {Lives} lives
 * @param {Crowd} crowd
 * @param {Logins} logins
 */
function report(lives, crowd, logins) {
  const figures = new Figures('kill');
  const repeats = [...crowd.copies.values()].filter(({ length }) => length > 1);
  const waits = waitsOf(lives, crowd);
  figures.tell('kills', lives.kills.length);
  figures.tell('start to ready, median and most, ms', `${quantile(lives.pauses, 0.5)}, ${Math.max(...lives.pauses)}`);
  figures.tell('requests whose answer was cut off', crowd.requests.length - crowd.accepted.length);
  figures.atLeast('requests accepted, for each kill', crowd.accepted.length / lives.kills.length, 5);
  figures.atMost('accepted requests without a mail', crowd.missing.length, 0);
  figures.tell('mails that waited for a start', waits.length);
  figures.atMost('most seconds from a start to such a mail', Math.max(0, ...waits) / 1000, ARRIVES_WITHIN_MS / 1000);
  figures.atMost('mails that no request explains', crowd.unasked, 0);
  figures.tell('mails that came more than once', repeats.length);
  figures.atMost('repeats that no kill explains', sum(repeats, (copies) => unexplained(copies, lives.kills, crowd)), 0);
  figures.atMost('repeats that differ', sum(repeats, different), 0);
  figures.atLeast('logins', logins.seen.length, lives.kills.length / 4);
  figures.tell('of them tapped again, the answer was cut off', logins.cut);
  figures.atMost('logins refused', logins.refused, 0);
  figures.atMost('sessions lost', logins.signedOut, 0);
  figures.tell('used codes tried again', logins.seen.filter(({ isRepeated }) => isRepeated).length);
  figures.atMost('used codes accepted again', logins.acceptedTwice, 0);
  figures.atMost('panics', lives.panics + crowd.stage.panics, 0);
  return figures.list;
}

/**
 * Returns how long emails took that a kill delayed: from the start after the request, or after the
 * last kill that cut the email off.
 * @param {Lives} lives
 * @param {Crowd} crowd
 */
function waitsOf({ kills, starts }, crowd) {
  return crowd.arrivals.flatMap(({ request, mail }) => {
    const cut = crowd.stage.relay.cuts.findLast(({ messageId, at }) => messageId === mail.messageId && at < mail.arrivedAt);
    const life = cut ? kills.findLastIndex((at) => at <= cut.at) : kills.findIndex((at) => at > request.sentAt);
    const start = starts[life] ?? Number.POSITIVE_INFINITY;
    return start < mail.arrivedAt ? [mail.arrivedAt - start] : [];
  });
}

/**
 * Counts the repeats of an email that no kill explains. Each repeat needs a kill of its own,
 * between the start of the previous copy and the record that this copy was sent.
 * @param {ReceivedMail[]} copies
 * @param {number[]} kills
 * @param {Crowd} crowd
 */
function unexplained(copies, kills, crowd) {
  return copies.slice(1).filter((copy, index) => {
    const before = /** @type {ReceivedMail} */ (copies[index]);
    const recorded = recordedAt(before, crowd);
    const isExplained = kills.some((at) => at >= before.begunAt && at <= Math.min(recorded, copy.begunAt));
    if (!isExplained) console.log('  not explained:', describe(before, copy, recorded, kills));
    return !isExplained;
  }).length;
}

/**
 * Returns the time by which it must have been recorded that an email was sent: soon after the
 * relay's reply; or, because the disk may stall, when a later request was recorded. The server
 * writes one after the other.
 * @param {ReceivedMail} mail
 * @param {Crowd} crowd
 */
function recordedAt({ answeredAt }, crowd) {
  const soon = answeredAt + RECORD_MS;
  const later = crowd.accepted.filter(({ sentAt }) => sentAt > soon).map(({ endedAt }) => endedAt);
  return later.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
}

/**
 * @param {ReceivedMail} before
 * @param {ReceivedMail} copy
 * @param {number} recorded
 * @param {number[]} kills
 */
function describe(before, copy, recorded, kills) {
  const since = (/** @type {number} */ at) => at - before.begunAt;
  const between = kills.filter((at) => at >= before.begunAt && at <= copy.begunAt).slice(0, 3).map(since);
  const { messageId, answeredAt } = before;
  return { messageId, answered: since(answeredAt), recorded: since(recorded), kills: between, again: since(copy.begunAt) };
}

/** @param {ReceivedMail[]} copies */
const different = ([first, ...others]) =>
  others.filter(({ code, content }) => code !== first?.code || content !== first?.content).length;

/**
 * @template T
 * @param {T[]} values
 * @param {(value: T) => number} count
 */
const sum = (values, count) => values.reduce((total, value) => total + count(value), 0);
