import type { NotificationLevel } from '../generated/prisma/client.ts';
import type { MembershipChanged } from '../log/events/membership-changed.ts';
import type { ReadMoved } from '../reading/read-moved.ts';

/** A member has chosen whether to be notified of a room's messages. */
export interface NotificationLevelSet {
  type: 'NOTIFICATION_LEVEL_SET';
  roomId: string;
  level: NotificationLevel;
}

/** What concerns one user, published to all of their devices under `userTopic`. Not stored: a device that misses it asks for the state. */
export type UserNews = MembershipChanged | ReadMoved | NotificationLevelSet;
