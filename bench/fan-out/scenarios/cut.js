import { setTimeout as sleep } from 'node:timers/promises';
import { costOf } from '../../cost.js';
import { messageText } from '../message-text.js';
import { ResumingReader } from '../resuming-reader.js';

const openAtOnce = 100;
const reconnectAtOnce = 250;
const textBytes = 100;

/**
 * Cuts all sockets at once and sends messages; then all readers reconnect at once and resume after their cursors. Measures
 * the time until all readers have every message, once and in order.
 * @param {import('../contestants.js').Server} server
 * @param {{ readers: number, missed: number, withinMs: number }} size
 */
export async function cut(server, { readers, missed, withinMs }) {
  const [room] = server.rooms;
  const all = Array.from({ length: readers }, (_, index) => new ResumingReader(server, { room, index }));
  const until = waiting(server, withinMs);
  const haveAll = (/** @type {number} */ sent) => () => all.filter(({ received }) => received.count < sent);

  await connectAll(all);
  await until('a first cursor', () => all.filter(({ cursor }) => cursor === null));
  publish(server, { first: 1, count: missed });
  await until('every message, before the cut', haveAll(missed));

  const statementsBefore = await replayStatements(server);
  const { wallMs, serverMs } = await costOf(server.pid, async () => {
    for (const reader of all) reader.cut();
    publish(server, { first: missed + 1, count: missed });
    await reconnectAll(all);
    await until('every message, after the cut', haveAll(2 * missed));
  });
  const statements = await replayStatements(server);

  for (const reader of all) reader.cut();
  return {
    cutResumedMs: wallMs,
    cutServerMs: serverMs,
    cutStatements: statements === null || statementsBefore === null ? null : statements - statementsBefore,
    cutFaultyReaders: all.filter(({ received, faults }) => faults.length > 0 || !received.isExactly(2 * missed)).length,
    cutFirstFault: all.find(({ faults }) => faults.length > 0)?.faults[0] ?? null,
  };
}

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

/** @param {import('../contestants.js').Server} server */
async function replayStatements({ storing }) {
  return storing ? storing.replayStatements() : null;
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
