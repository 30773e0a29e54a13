import type { NotificationLevel, Room, RoomEventType, User } from '../generated/prisma/client.ts';
import type { MembershipRow, MessageRow } from '../graphql/nodes.ts';

interface Numbered {
  roomId: string;
  /** Dense per room, from 1, over every durable change. */
  eventNumber: number;
  occurredAt: Date;
  actorId: string | null;
  actor?: User | null;
}

type Recorded<Type extends RoomEventType> = Numbered & { type: Type };

export type MessageAdded = Numbered & { type: 'MESSAGE_ADDED'; message: MessageRow };
export type MessageUpdated = Recorded<'MESSAGE_UPDATED'> & { message: MessageRow };
export type MessageDeleted = Recorded<'MESSAGE_DELETED'> & { message: MessageRow };
export type ReactionsChanged = Recorded<'REACTIONS_CHANGED'> & { message: MessageRow };
export type MembershipChanged = Recorded<'MEMBERSHIP_CHANGED'> & { membership: MembershipRow };
export type RoomUpdated = Recorded<'ROOM_UPDATED'> & { room: Room };

/** Every durable event of a room, with all that its readers commonly select: what changed, as it is when it is read. */
export type RoomEvent =
  | MessageAdded
  | MessageUpdated
  | MessageDeleted
  | ReactionsChanged
  | MembershipChanged
  | RoomUpdated;

/** The message that an event is about, null for none: events that were read from the log have a null for what they lack. */
export function messageOf(event: RoomEvent): MessageRow | null {
  return 'message' in event ? (event.message ?? null) : null;
}

/** A member has read further. Not told of who sends: that is seen from the message. */
export interface ReadMoved {
  type: 'READ';
  roomId: string;
  userId: string;
  lastReadSequence: number;
}

/** A member wants to be notified of a room's messages, or not any more. */
export interface NotificationLevelSet {
  type: 'NOTIFICATION_LEVEL_SET';
  roomId: string;
  level: NotificationLevel;
}

/** What concerns one user, told to all of their devices. Passing: whoever misses it asks for the state. */
export type UserNews = MembershipChanged | ReadMoved | NotificationLevelSet;

/** Bus topic of what concerns a user: `UserNews`. */
export function userTopic(userId: string): string {
  return `user:${userId}`;
}

/** Bus topic of how far the members of a room have read: `ReadMoved`. */
export function readsTopic(roomId: string): string {
  return `reads:${roomId}`;
}

/** Bus topic of a room's events. */
export function roomTopic(roomId: string): string {
  return `room:${roomId}`;
}
