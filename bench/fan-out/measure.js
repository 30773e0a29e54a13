const deliveredWithinMs = 60_000;

/**
 * Sends messages in rounds for a given time. A round is one message to each of the next `roomsAtOnce` rooms; the next
 * round begins when all of their readers have received it. Resolves with the number of messages.
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
