import { costOf, eachOf } from '../../cost.js';
import { median } from '../../statistics.js';
import { Crowd } from '../load.js';
import { inTurns } from '../measure.js';

const warmUpBurst = 5;
const burstWithinMs = 100_000;
const maxBursts = 5;

/**
 * One room: one message at a time for a while, then many at once. A short burst is repeated, because CPU time is counted in
 * steps of 10 ms.
 * @param {import('../contestants.js').Server} server
 * @param {{ subscribers: number, pacedMs: number, burstMessages: number, burstMs: number }} size
 */
export async function room(server, { subscribers, pacedMs, burstMessages, burstMs }) {
  const crowd = await Crowd.open(server, { readers: subscribers, rooms: server.rooms.slice(0, 1) });
  crowd.countOnly();
  await inTurns(crowd, { forMs: pacedMs / 4 });

  const paced = await costOf(server.pid, () => inTurns(crowd, { forMs: pacedMs }), server.databaseParent);
  await crowd.requireNoMore();
  const pacedDeliveries = paced.result * subscribers;

  await burst(crowd, warmUpBurst);
  const bursts = await costOf(server.pid, () => burstsFor(crowd, { burstMessages, burstMs }), server.databaseParent);
  await crowd.requireNoMore();
  const burstDeliveries = bursts.result.length * burstMessages * subscribers;

  const pacedEach = eachOf(paced, pacedDeliveries);
  const burstEach = eachOf(bursts, burstDeliveries);
  const frameBytes = crowd.connections[0].lastMessageBytes;
  crowd.close();
  return {
    pacedMicros: pacedEach.server,
    pacedDatabaseMicros: pacedEach.database,
    pacedAllMicros: pacedEach.all,
    burstPerSecond: median(bursts.result),
    burstMicros: burstEach.server,
    burstDatabaseMicros: burstEach.database,
    burstLoadBusy: bursts.loadBusy,
    frameBytes,
  };
}

/** @param {Crowd} crowd @param {{ burstMessages: number, burstMs: number }} size */
async function burstsFor(crowd, { burstMessages, burstMs }) {
  const rates = [];
  const until = performance.now() + burstMs;
  do rates.push(await burst(crowd, burstMessages));
  while (performance.now() < until && rates.length < maxBursts);
  return rates;
}

/** Returns deliveries per second, from the first send to the last delivery. @param {Crowd} crowd @param {number} messages */
async function burst(crowd, messages) {
  const deliveries = messages * crowd.connections.length;
  const received = crowd.expect(deliveries, burstWithinMs);
  const start = performance.now();
  crowd.publish(crowd.rooms[0], messages);
  await received;
  return (deliveries * 1000) / (performance.now() - start);
}
