import type { Membership, Message, Room, RoomEventType, User } from './generated/prisma/client.ts';

/** A message with its author, where that came along. */
export type MessageRow = Message & { author?: User | null };
/** A membership with its user and its room, where those came along. */
export type MembershipRow = Membership & { user?: User | null; room?: Room };

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
export type MessageDeleted = Recorded<'MESSAGE_DELETED'> & { messageId: string };
export type ReactionsChanged = Recorded<'REACTIONS_CHANGED'> & { messageId: string };
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

/** Bus topic of a room's events. */
export function roomTopic(roomId: string): string {
  return `room:${roomId}`;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/**
 * Reads JSON in which instants are texts (from the bus, or from the database's own JSON): every property named `…At` is
 * a Date again.
 */
export function parseWithDates(text: string): unknown {
  return JSON.parse(text, (key, value) =>
    typeof value === 'string' && key.endsWith('At') && instant.test(value) ? new Date(value) : value,
  );
}
