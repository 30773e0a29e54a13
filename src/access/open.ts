import type { OpenedStorage } from '../storage/open.ts';
import { type StandingOf, standingsFrom } from './access.ts';
import { type RoomOf, roomsFrom } from './room-rows.ts';

/** Rooms and the access of users to them, as committed at the time of each call. */
export interface RoomAccess {
  standingOf: StandingOf;
  roomOf: RoomOf;
}

declare module '../graphql/context.ts' {
  interface Services {
    access: RoomAccess;
  }
}

/** Opens the functions that answer about access; each combines the calls of one tick into one statement. */
export function openAccess({ pool }: Pick<OpenedStorage, 'pool'>): RoomAccess {
  return { standingOf: standingsFrom(pool.query), roomOf: roomsFrom(pool.query) };
}
