import type { Opening } from '../base/opening.ts';
import type { Services } from '../graphql/context.ts';
import { type FollowRooms, roomStates } from '../log/room-states.ts';
import type { OpenedStorage } from '../storage/open.ts';
import type { ReadPosition } from './member-positions.ts';
import { readPositionState } from './read-position-state.ts';
import { type MoveReadPosition, readPositionsIn } from './read-positions.ts';
import { type UnreadSummary, unreadFrom } from './unread.ts';

/** Read positions of members, and what users have unread. */
export interface Reading {
  movePosition: MoveReadPosition;
  /** Returns what a user has unread, as committed at the time of the call. */
  unreadOf: (userId: string) => Promise<UnreadSummary>;
  follow: FollowRooms<ReadPosition>;
}

declare module '../graphql/context.ts' {
  interface Services {
    reading: Reading;
  }
}

type Needed = Pick<Services, 'bus' | 'log' | 'access' | 'users'> & { storage: Pick<OpenedStorage, 'pool'> };

/** Opens the read positions of members. */
export function openReading(opening: Opening, { bus, log, access, users, storage }: Needed): Reading {
  const { query, queryLists, write } = storage.pool;
  const onError = (error: unknown) => opening.log.error({ err: error }, 'a subscriber of read positions failed');
  const open = readPositionState({ bus, query, knownUsers: users.known, onError }, opening.readsFrameMs);
  return {
    movePosition: readPositionsIn(write),
    unreadOf: unreadFrom(queryLists),
    follow: roomStates({ watches: log.watches, standingOf: access.standingOf, open, openTo: 'members', onError }),
  };
}
