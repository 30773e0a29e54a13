import type { OpenedStorage } from '../storage/open.ts';
import { type StandingOf, standingsFrom } from './access.ts';
import { type RoomOf, roomsFrom } from './room-rows.ts';
import { type RoomOfViewer, roomsOfViewersFrom } from './rooms-of-viewers.ts';

/** Rooms and the access of users to them, as committed at the time of each call. */
export interface RoomAccess {
  standingOf: StandingOf;
  roomOf: RoomOf;
  roomOfViewer: RoomOfViewer;
}

declare module '../graphql/context.ts' {
  interface Services {
    access: RoomAccess;
  }
}

/** Opens the functions that answer about access; each combines the calls of one tick into one statement. */
export function openAccess({ pool }: Pick<OpenedStorage, 'pool'>): RoomAccess {
  const { query } = pool;
  return { standingOf: standingsFrom(query), roomOf: roomsFrom(query), roomOfViewer: roomsOfViewersFrom(query) };
}
