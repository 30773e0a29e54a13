import { costOf, eachOf } from '../../cost.js';
import { Crowd } from '../load.js';
import { inTurns } from '../measure.js';
import { messageText } from '../message-text.js';

/**
 * Many small rooms, in turn: one message at a time, then one to each of many rooms at a time. For a server that stores
 * messages, it also measures a message without readers, to separate the cost of delivery from that of storing.
 * @param {import('../contestants.js').Server} server
 * @param {{ rooms: number, readersPerRoom: number, roomsAtOnce: number, pacedMs: number }} size
 */
export async function rooms(server, { rooms, readersPerRoom, roomsAtOnce, pacedMs }) {
  const crowd = await Crowd.open(server, { readers: rooms * readersPerRoom, rooms: server.rooms.slice(0, rooms) });
  crowd.countOnly();
  await inTurns(crowd, { forMs: pacedMs / 4, roomsAtOnce });

  const single = await costOf(server.pid, () => inTurns(crowd, { forMs: pacedMs }), server.databaseParent);
  const busy = await costOf(server.pid, () => inTurns(crowd, { forMs: pacedMs, roomsAtOnce }), server.databaseParent);
  await crowd.requireNoMore();
  const unheard = server.storing && (await unheardMicros(server, { bytes: crowd.textBytes, forMs: pacedMs / 2 }));
  crowd.close();

  const singleEach = eachOf(single, single.result * readersPerRoom);
  const busyEach = eachOf(busy, busy.result * readersPerRoom);
  return {
    roomsMicros: singleEach.server,
    roomsDatabaseMicros: singleEach.database,
    roomsAllMicros: singleEach.all,
    roomsBusyMicros: busyEach.server,
    roomsBusyDatabaseMicros: busyEach.database,
    roomsBusyAllMicros: busyEach.all,
    unheardMicros: unheard ?? null,
  };
}

/**
 * Measures the server's CPU for a message to a room without readers, one at a time.
 * @param {import('../contestants.js').Server} server @param {{ bytes: number, forMs: number }} options
 */
async function unheardMicros(server, { bytes, forMs }) {
  const { storing } = server;
  const { serverMs, result } = await costOf(server.pid, async () => {
    const until = performance.now() + forMs;
    let messages = 0;
    while (storing && performance.now() < until) {
      messages += 1;
      server.publish(storing.unheardRoom, [messageText({ number: messages, bytes })]);
      await storing.acknowledged();
    }
    return messages;
  });
  return (serverMs * 1000) / result;
}
