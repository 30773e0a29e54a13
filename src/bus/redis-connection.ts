import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, Redis, RedisOptions } from 'ioredis';

/** How every connection to Redis behaves: it comes back by itself, and a command is carried out at most once or fails. */
export const connectionOptions: RedisOptions = {
  retryStrategy: retryMs,
  connectTimeout: 5000,
  // An end of the connection that is not acknowledged in time is enforced: the other side may be unreachable.
  disconnectTimeout: 200,
  enableOfflineQueue: false,
  autoResubscribe: false,
  // Sent again, a publication whose answer was lost would come twice.
  autoResendUnfulfilledCommands: false,
  // What was under way when the connection ended fails at once; without this it would never settle.
  maxRetriesPerRequest: 0,
  disableClientInfo: true,
};

/** How long to wait before an attempt to connect, the first being 1: a Redis that is back is found in a second. */
export function retryMs(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt - 1, 10), 1000);
}

/** Ends a connection and opens it again. Nothing to do for one that is closed: it comes back by itself. */
export function reconnect(redis: Redis | Cluster): void {
  if (['connecting', 'connect', 'ready'].includes(redis.status)) redis.disconnect(true);
}

/** How long the end of a connection may take. */
const endMs = 1000;

/** Ends a connection for good; resolves when it is closed. */
export async function disconnect(redis: Redis | Cluster): Promise<void> {
  // One that waits for its next attempt never tells of its end.
  const isOver = ['end', 'reconnecting', 'wait'].includes(redis.status);
  const ended = new Promise<void>((resolve) => redis.once('end', resolve));
  redis.disconnect();
  if (!isOver) await Promise.race([ended, pause(endMs, undefined, { ref: false })]);
}
