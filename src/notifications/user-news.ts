import type { NotificationLevel } from '../generated/prisma/client.ts';
import type { MembershipChanged } from '../log/events/membership-changed.ts';
import type { ReadMoved } from '../reading/read-moved.ts';

/** A member has changed the notification level of a room. */
export interface NotificationLevelSet {
  type: 'NOTIFICATION_LEVEL_SET';
  roomId: string;
  level: NotificationLevel;
}

/** The user has blocked somebody, or no longer does. */
export interface BlocksChanged {
  type: 'BLOCKS_CHANGED';
}

/**
 * Events that concern one user, published under `userTopic` to all of their devices. They are not stored: a device that
 * misses one fetches the current state.
 */
export type UserNews = MembershipChanged | ReadMoved | NotificationLevelSet | BlocksChanged;
