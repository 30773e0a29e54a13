import { settledBytes } from '../../settled-bytes.js';
import { Crowd } from '../load.js';

/**
 * Idle connections with one subscription each, in one room: compares the settled resident memory before and after.
 * Garbage collection is not forced. Each reader has received one message, which proves that it is subscribed.
 * @param {import('../contestants.js').Server} server @param {{ connections: number, calmMs: number }} size
 */
export async function idle(server, { connections, calmMs }) {
  const before = await settledBytes(server.pid, calmMs);
  const crowd = await Crowd.open(server, { readers: connections, rooms: server.rooms.slice(0, 1) });
  crowd.countOnly();
  const after = await settledBytes(server.pid, calmMs);
  crowd.close();
  return { idleBytes: (after - before) / connections };
}
