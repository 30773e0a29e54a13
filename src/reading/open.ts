import type { Opening } from '../base/opening.ts';
import type { Services } from '../graphql/context.ts';
import { RoomHubs } from '../log/room-hubs.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { type MoveReadPosition, readPositionsIn } from './read-positions.ts';
import { type ReadNow, readsState } from './room-reads.ts';
import { type UnreadSummary, unreadFrom } from './unread.ts';

/** How far members have read, and what is left. */
export interface Reading {
  movePosition: MoveReadPosition;
  /** Returns what a user has unread, as committed when it is asked. */
  unreadOf: (userId: string) => Promise<UnreadSummary>;
  hubs: RoomHubs<ReadNow>;
}

declare module '../graphql/context.ts' {
  interface Services {
    reading: Reading;
  }
}

type Needed = Pick<Services, 'bus' | 'log' | 'access' | 'users'> & { storage: Pick<OpenedStorage, 'pool'> };

/** Opens the read positions of members. */
export function openReading(opening: Opening, { bus, log, access, users, storage }: Needed): Reading {
  const { query, write } = storage.pool;
  const open = readsState({ bus, query, knownUsers: users.known }, opening.readsFrameMs);
  return {
    movePosition: readPositionsIn(write),
    unreadOf: unreadFrom(query),
    hubs: new RoomHubs({ watches: log.watches, access: access.standingOf, open, isForMembers: true }),
  };
}
