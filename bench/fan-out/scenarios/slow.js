import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../../process-usage.js';
import { Histogram } from '../../statistics.js';
import { Crowd } from '../load.js';
import { findTexts, messageText } from '../message-text.js';
import { Received } from '../received.js';

const sampleMs = 250;

/** A character of four bytes, so that texts are long although the limit of a message counts characters. */
const filler = '🙂';

/**
 * A steady load. After a while, some readers stop reading, and later continue. Measures the growth of the server's memory,
 * the latency of the other readers before and during that time, and whether all readers have every message in the end.
 * @param {import('../contestants.js').Server} server
 * @param {object} size
 * @param {number} size.readers
 * @param {number} size.stopping number of readers that stop
 * @param {number} size.perSecond messages
 * @param {number} size.textBytes must be large: Linux buffers 4 to 7 MB for each stopped reader before the server notices
 * @param {number} size.periodMs before the stop, and again until they continue
 * @param {number} size.catchUpMs
 */
export async function slow(server, { readers, stopping, perSecond, textBytes, periodMs, catchUpMs }) {
  const crowd = await Crowd.open(server, { readers, rooms: server.rooms.slice(0, 1) });
  const stopped = crowd.connections.slice(0, stopping);
  const reception = listen(crowd, stopping);
  let sent = 0;
  const load = setInterval(() => {
    sent += 1;
    server.publish(crowd.rooms[0], [messageText({ number: sent, bytes: textBytes, filler })]);
  }, 1000 / perSecond);

  try {
    await sleep(periodMs / 10);
    const before = reception.measure();
    await sleep(periodMs);

    const baseBytes = residentBytes(server.pid);
    for (const connection of stopped) connection.pause();
    const during = reception.measure();
    const peakBytes = await peakResident(server.pid, periodMs);
    reception.measure();

    const resumedAt = performance.now();
    for (const connection of stopped) connection.resume();
    const isNearHead = () => reception.received.slice(0, stopping).every(({ count }) => count >= sent - 1);
    await until(isNearHead, catchUpMs);
    const caughtUpMs = performance.now() - resumedAt;

    clearInterval(load);
    await until(() => reception.received.every(({ count }) => count === sent), catchUpMs);
    const complete = reception.received.filter((received) => received.isExactly(sent)).length;
    crowd.requireWhole();
    return {
      slowGrowthBytes: peakBytes - baseBytes,
      slowP99BeforeMs: before.percentile(0.99),
      slowP99DuringMs: during.percentile(0.99),
      slowCaughtUpMs: caughtUpMs,
      slowIncompleteReaders: readers - complete,
    };
  } finally {
    clearInterval(load);
    crowd.close();
  }
}

/**
 * Records what each reader receives; `measure` begins a new histogram of the latencies of the readers that never stop.
 * @param {Crowd} crowd @param {number} stopping
 */
function listen({ connections }, stopping) {
  const received = connections.map(() => new Received());
  let latencies = new Histogram();
  for (const [index, connection] of connections.entries()) {
    connection.onDelivery = (message) =>
      findTexts(message, (number, sentAt) => {
        received[index].add(number);
        if (index >= stopping) latencies.add(performance.now() - sentAt);
      });
  }
  const measure = () => {
    latencies = new Histogram();
    return latencies;
  };
  return { received, measure };
}

/** @param {number} pid @param {number} forMs */
async function peakResident(pid, forMs) {
  let peak = 0;
  for (const end = performance.now() + forMs; performance.now() < end; await sleep(sampleMs)) {
    peak = Math.max(peak, residentBytes(pid));
  }
  return peak;
}

/** @param {() => boolean} isDone @param {number} withinMs */
async function until(isDone, withinMs) {
  for (const end = performance.now() + withinMs; !isDone() && performance.now() < end; ) await sleep(10);
}
