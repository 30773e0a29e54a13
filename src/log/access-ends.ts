import { LRUCache } from 'lru-cache';
import type { Opening } from '../base/opening.ts';
import type { Bus } from '../bus/bus.ts';
import type { SourceOptions } from '../live/source.ts';
import { DatabaseClock } from '../storage/database-clock.ts';
import type { Query } from '../storage/pool.ts';
import type { RoomEvent } from './events/kinds.ts';
import { accessEndsTopic } from './topics.ts';

/** How long the end of an access is remembered: longer than a query takes. */
const keptMs = 60_000;
const keptUsers = 10_000;

/** Ends of the access of users to rooms, on any node. */
export interface AccessEnds {
  /** Returns a number that changes whenever the user's access to a room ends. After a while, it also changes by itself. */
  lastOf: (userId: string) => number;
  /** Measures how long it took until a reader had their last result. */
  noteLastResult: SourceOptions<RoomEvent, never>['onLastResult'];
}

/** Begins to note whose access ends. */
export function openAccessEnds(
  { metrics, onClose }: Pick<Opening, 'metrics' | 'onClose'>,
  { bus, query }: { bus: Bus; query: Query },
): AccessEnds {
  const byUser = new LRUCache<string, number>({ max: keptUsers, ttl: keptMs });
  let count = 0;
  void bus.subscribe(accessEndsTopic, (userId: string) => {
    count += 1;
    byUser.set(userId, count);
  });
  const clock = new DatabaseClock(query);
  onClose(() => clock.close());
  return {
    lastOf: (userId) => byUser.get(userId) ?? 0,
    noteLastResult: ({ end, wasLive }) => {
      const seconds = typeof end === 'number' ? (performance.now() - end) / 1000 : clock.secondsSince(end.occurredAt);
      metrics.accessEnds.observe({ reader: wasLive ? 'live' : 'behind' }, seconds);
    },
  };
}
