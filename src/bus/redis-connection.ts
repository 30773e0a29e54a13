import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, Redis, RedisOptions } from 'ioredis';

/** The options of every connection to Redis: it reconnects by itself, and a command is executed at most once or fails. */
export const connectionOptions: RedisOptions = {
  retryStrategy: retryMs,
  connectTimeout: 5000,
  // If Redis is unreachable, it does not acknowledge the end of a connection. The connection is then closed without that.
  disconnectTimeout: 200,
  enableOfflineQueue: false,
  autoResubscribe: false,
  // Otherwise, a message would be published twice if only its answer was lost.
  autoResendUnfulfilledCommands: false,
  // Commands that wait for an answer when the connection ends fail at once; otherwise they would never settle.
  maxRetriesPerRequest: 0,
  disableClientInfo: true,
};

/** Returns how long to wait before an attempt to connect: at most a second. The first attempt has the number 1. */
export function retryMs(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt - 1, 10), 1000);
}

/** Closes a connection and opens it again. A closed connection needs nothing: it reconnects by itself. */
export function reconnect(redis: Redis | Cluster): void {
  if (['connecting', 'connect', 'ready'].includes(redis.status)) redis.disconnect(true);
}

/** How long closing a connection may take. */
const endMs = 1000;

/** Closes a connection for good; resolves when it is closed. */
export async function disconnect(redis: Redis | Cluster): Promise<void> {
  // A connection that waits for its next attempt emits no `end`.
  const isOver = ['end', 'reconnecting', 'wait'].includes(redis.status);
  const ended = new Promise<void>((resolve) => redis.once('end', resolve));
  redis.disconnect();
  if (!isOver) await Promise.race([ended, pause(endMs, undefined, { ref: false })]);
}
