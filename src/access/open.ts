import type { OpenedStorage } from '../storage/open.ts';
import { type Access, accessFrom } from './access.ts';
import { type RoomOf, roomsFrom } from './room-rows.ts';

/** Rooms and the access of users to them, as committed at the time of each call. */
export interface RoomAccess {
  standingOf: Access;
  roomOf: RoomOf;
}

declare module '../graphql/context.ts' {
  interface Services {
    access: RoomAccess;
  }
}

/** Opens the functions that answer about access; each combines the calls of one tick into one statement. */
export function openAccess({ pool }: Pick<OpenedStorage, 'pool'>): RoomAccess {
  return { standingOf: accessFrom(pool.query), roomOf: roomsFrom(pool.query) };
}
