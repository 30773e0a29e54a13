import type { Opening } from '../base/opening.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { type StandingOf, standingsFrom } from './access.ts';
import { type RoomOf, roomsFrom } from './room-rows.ts';
import { type RoomOfViewer, roomsOfViewersFrom } from './rooms-of-viewers.ts';

/** Rooms and the access of users to them, as committed at the time of each call. */
export interface RoomAccess {
  standingOf: StandingOf;
  roomOf: RoomOf;
  roomOfViewer: RoomOfViewer;
  /**
   * Logs that an administrator or an API key reads a private room of others; null if the configuration does not allow
   * that.
   */
  logPrivateRead: ((read: PrivateRead) => void) | null;
}

/** Ids as in the database. */
interface PrivateRead {
  userId: string;
  sessionId: string;
  roomId: string;
}

declare module '../graphql/context.ts' {
  interface Services {
    access: RoomAccess;
  }
}

/** Opens the functions that answer about access; each combines the calls of one tick into one statement. */
export function openAccess(
  { config, log }: Pick<Opening, 'config' | 'log'>,
  { pool }: Pick<OpenedStorage, 'pool'>,
): RoomAccess {
  const { query } = pool;
  // A warning, so that the line is not lost if only problems are logged.
  const logPrivateRead = (read: PrivateRead) => log.warn(read, 'an administrator reads a private room of others');
  return {
    standingOf: standingsFrom(query),
    roomOf: roomsFrom(query),
    roomOfViewer: roomsOfViewersFrom(query),
    logPrivateRead: config.adminReadsPrivate ? logPrivateRead : null,
  };
}
