import type { Membership, Message, Room, User } from './generated/prisma/client.ts';

/** A message with its author, where that came along. */
export type MessageRow = Message & { author?: User | null };
/** A membership with its user and its room, where those came along. */
export type MembershipRow = Membership & { user?: User; room?: Room };

interface Numbered {
  roomId: string;
  /** Dense per room, from 1, over every durable change. */
  eventNumber: number;
  occurredAt: Date;
  actorId: string | null;
}

export type MessageAdded = Numbered & { type: 'MESSAGE_ADDED'; message: MessageRow };
export type MembershipChanged = Numbered & { type: 'MEMBERSHIP_CHANGED'; membership: MembershipRow };
export type RoomUpdated = Numbered & { type: 'ROOM_UPDATED'; room: Room };

/** Every durable event of a room, with all that its readers commonly select. */
export type RoomEvent = MessageAdded | MembershipChanged | RoomUpdated;

/** The topic that a room's events are published on. */
export function roomTopic(roomId: string): string {
  return `room:${roomId}`;
}

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function encodeEvents(events: readonly RoomEvent[]): string {
  return JSON.stringify(events);
}

/** Undoes `encodeEvents`; instants are Dates again, texts that look like one are not. */
export function decodeEvents(text: string): RoomEvent[] {
  return JSON.parse(text, (key, value) =>
    typeof value === 'string' && key.endsWith('At') && isoInstant.test(value) ? new Date(value) : value,
  );
}
