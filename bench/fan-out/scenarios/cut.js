import { setTimeout as sleep } from 'node:timers/promises';
import { costOf } from '../../cost.js';
import { messageText } from '../message-text.js';
import { ResumingReader } from '../resuming-reader.js';

const openAtOnce = 100;
const reconnectAtOnce = 250;
const textBytes = 100;

/**
 * Cuts all sockets at once and sends messages; then all readers reconnect at once and resume. Measures the time until all
 * readers have every message, once. For a server that replays nothing, it is the time until all subscriptions are accepted,
 * and no messages are sent meanwhile.
 * @param {import('../contestants.js').Server} server
 * @param {{ readers: number, missed: number, withinMs: number }} size
 */
export async function cut(server, { readers, missed, withinMs }) {
  const [room] = server.rooms;
  const { recovery } = server;
  if (!recovery) throw new Error('The server has no way to come back.');
  const { replays, readerOf, replayStatements = async () => null } = recovery;
  const all = Array.from({ length: readers }, (_, index) => new ResumingReader(server.port, readerOf(room, index)));
  const until = waiting(server, withinMs);
  const haveAll = (/** @type {number} */ sent) => () => all.filter(({ received }) => received.count < sent);

  await connectAll(all);
  const notBack = () => all.filter(({ isBack }) => !isBack);
  await until('a subscription', notBack);
  // Without a replay, what comes before the cut does not matter.
  const before = replays ? missed : 1;
  publish(server, { first: 1, count: before });
  await until('every message, before the cut', haveAll(before));

  const statementsBefore = await replayStatements();
  const { wallMs, serverMs, belowMs } = await costOf(server.pid, async () => {
    for (const reader of all) reader.cut();
    if (replays) publish(server, { first: before + 1, count: missed });
    await reconnectAll(all);
    await until('what it missed, after the cut', replays ? haveAll(before + missed) : notBack);
  });
  const statements = await replayStatements();
  const sent = replays ? before + missed : await prove(server, { last: before, until, haveAll });

  for (const reader of all) reader.cut();
  return {
    cutResumedMs: wallMs,
    cutServerMs: serverMs,
    cutDatabaseMs: belowMs === 0 ? null : belowMs,
    cutStatements: statements === null || statementsBefore === null ? null : statements - statementsBefore,
    cutFaultyReaders: all.filter(({ received, faults }) => faults.length > 0 || !received.isExactly(sent)).length,
    cutFirstFault: all.find(({ faults }) => faults.length > 0)?.faults[0] ?? null,
  };
}

/** @typedef {(what: string, missing: () => ResumingReader[]) => Promise<void>} Until */

/** @param {ResumingReader[]} readers */
async function connectAll(readers) {
  for (let first = 0; first < readers.length; first += openAtOnce) {
    await Promise.all(readers.slice(first, first + openAtOnce).map((reader) => reader.connect()));
  }
}

/** Reconnects without waiting for answers, but lets the load read in between. @param {ResumingReader[]} readers */
async function reconnectAll(readers) {
  for (let first = 0; first < readers.length; first += reconnectAtOnce) {
    // The reader records a refusal as a fault.
    for (const reader of readers.slice(first, first + reconnectAtOnce)) reader.connect().catch(() => {});
    await new Promise(setImmediate);
  }
}

/** @param {import('../contestants.js').Server} server @param {{ first: number, count: number }} messages */
function publish(server, { first, count }) {
  const texts = Array.from({ length: count }, (_, index) => messageText({ number: first + index, bytes: textBytes }));
  server.publish(server.rooms[0], texts);
}

/**
 * Proves that every reader is subscribed again, with one more message. Returns the number of messages.
 * @param {import('../contestants.js').Server} server
 * @param {{ last: number, until: Until, haveAll: (sent: number) => () => ResumingReader[] }} options
 */
async function prove(server, { last, until, haveAll }) {
  publish(server, { first: last + 1, count: 1 });
  await until('a message after the cut', haveAll(last + 1));
  return last + 1;
}

/**
 * Waits until no reader is missing. Throws after `withinMs`, or if the server has ended.
 * @param {import('../contestants.js').Server} server @param {number} withinMs
 */
function waiting(server, withinMs) {
  /** @type {string | null} */
  let ended = null;
  server.ended.then((why) => {
    ended = why;
  });
  return async (/** @type {string} */ what, /** @type {() => ResumingReader[]} */ missing) => {
    for (const end = performance.now() + withinMs; missing().length > 0; await sleep(5)) {
      if (ended) throw new Error(ended);
      if (performance.now() < end) continue;
      const readers = missing();
      const faults = [...new Set(readers.flatMap((reader) => reader.faults))].slice(0, 3).join('; ');
      throw new Error(`${readers.length} readers lack ${what}, after ${withinMs / 1000} s. ${faults}`);
    }
  };
}
