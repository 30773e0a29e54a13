import type { Opening } from '../base/opening.ts';
import type { Services } from '../graphql/context.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { Notifier } from './notifier.ts';
import { notifiedRoomsFrom, snapshotsFrom, type ViewerSnapshot } from './pending.ts';
import { ViewerStreams } from './viewer-streams.ts';

/** Notifications of users, across their rooms. */
export interface Notifications {
  streams: ViewerStreams;
  /** Returns the notifications that a user has not acknowledged yet. */
  snapshotOf: (userId: string) => Promise<ViewerSnapshot>;
}

declare module '../graphql/context.ts' {
  interface Services {
    notifications: Notifications;
  }
}

type Needed = Pick<Services, 'bus' | 'log' | 'presence'> & { storage: Pick<OpenedStorage, 'pool'> };

/** Opens the notifications of the users who are connected to this node. */
export function openNotifications({ log: logger }: Opening, { bus, log, presence, storage }: Needed): Notifications {
  const onError = (error: unknown) => logger.error({ err: error }, 'a subscriber of notifications failed');
  // Each statement takes time in proportion to the user's rooms.
  const query = storage.pool.queryLists;
  const { watches } = log;
  const notifier = new Notifier({ watches, presence: presence.store, bus, onError });
  const [roomsOf, snapshotOf] = [notifiedRoomsFrom(query), snapshotsFrom(query)];
  return { streams: new ViewerStreams({ roomsOf, snapshotOf, notifier, bus, watches }), snapshotOf };
}
