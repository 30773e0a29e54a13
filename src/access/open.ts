import type { OpenedStorage } from '../storage/open.ts';
import { type Access, accessFrom } from './access.ts';
import { type RoomOf, roomsFrom } from './room-rows.ts';

/** What rooms are there, and who may do what in them, as committed when it is asked. */
export interface RoomAccess {
  standingOf: Access;
  roomOf: RoomOf;
}

declare module '../graphql/context.ts' {
  interface Services {
    access: RoomAccess;
  }
}

/** Opens the questions about access; each answers all callers of one tick with one statement. */
export function openAccess({ pool }: Pick<OpenedStorage, 'pool'>): RoomAccess {
  return { standingOf: accessFrom(pool.query), roomOf: roomsFrom(pool.query) };
}
