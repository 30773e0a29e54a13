import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../process-usage.js';

const deliveredWithinMs = 60_000;
const calmReadings = 4;

/**
 * Messages in rounds, for so long: each is one message to each of the next `roomsAtOnce` rooms, and the next begins when
 * all readers of these have it. Resolves with the number of messages.
 * @param {import('./load.js').Crowd} crowd @param {{ forMs: number, roomsAtOnce?: number }} pace
 */
export async function inTurns(crowd, { forMs, roomsAtOnce = 1 }) {
  const { rooms } = crowd;
  const until = performance.now() + forMs;
  let messages = 0;
  while (performance.now() < until) {
    const indexes = Array.from({ length: roomsAtOnce }, (_, step) => (messages + step) % rooms.length);
    const readers = indexes.reduce((sum, index) => sum + crowd.readersOf(index), 0);
    const received = crowd.expect(readers, deliveredWithinMs);
    for (const index of indexes) crowd.publish(rooms[index]);
    await received;
    messages += roomsAtOnce;
  }
  return messages;
}

/**
 * Resident memory once it has stayed within 1 % for `calmMs`, or after four times as long.
 * @param {number} pid @param {number} calmMs
 */
export async function settledBytes(pid, calmMs) {
  const readings = [residentBytes(pid)];
  for (const until = performance.now() + 4 * calmMs; performance.now() < until; ) {
    await sleep(calmMs / calmReadings);
    readings.push(residentBytes(pid));
    const last = readings.slice(-calmReadings - 1);
    if (last.length > calmReadings && Math.max(...last) - Math.min(...last) < 0.01 * last[0]) break;
  }
  return readings.at(-1) ?? 0;
}
