import type { RoomEventType } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { EventKind, EventOf, EventType, RecordedKind } from './event.ts';
import { membershipChanged } from './membership-changed.ts';
import { messageAdded } from './message-added.ts';
import { messageDeleted } from './message-deleted.ts';
import { messageUpdated } from './message-updated.ts';
import { reactionsChanged } from './reactions-changed.ts';
import { roomUpdated } from './room-updated.ts';
import { unknown } from './unknown.ts';

/** A kind for each type of row: if a migration adds a type, this does not compile until the type has a kind. */
export type RecordedKinds = { [Type in RoomEventType]: RecordedKind<EventOf<Type>> };

/** The kinds of events that are rows of `RoomEvent`. */
export const recordedKinds = {
  MESSAGE_UPDATED: messageUpdated,
  MESSAGE_DELETED: messageDeleted,
  REACTIONS_CHANGED: reactionsChanged,
  MEMBERSHIP_CHANGED: membershipChanged,
  ROOM_UPDATED: roomUpdated,
} satisfies RecordedKinds;

const kinds = { ...recordedKinds, MESSAGE_ADDED: messageAdded } satisfies {
  [Type in EventType]: EventKind<EventOf<Type>>;
};

type EventIn<Kind> = Kind extends EventKind<infer Event> ? Event : never;

/** An event that is a row of `RoomEvent`. */
export type RecordedEvent = { [Type in RoomEventType]: EventIn<(typeof kinds)[Type]> }[RoomEventType];

/** A durable event of a room, with what readers usually select: the changed object, as it is when the event is read. */
export type RoomEvent = RecordedEvent | EventIn<typeof messageAdded>;

/** Returns the name of the GraphQL type of an event. */
export function typeNameOf(type: EventType): string {
  return kindOf({ type }).graphqlType.name;
}

/** Returns the kind of an event. The type of an event in the log may be one that only newer versions know. */
export function kindOf({ type }: Pick<RoomEvent, 'type'>): EventKind<RoomEvent> {
  return Object.hasOwn(kinds, type) ? kinds[type] : (unknown as EventKind<RoomEvent>);
}

/** Returns the message that an event is about; null for none. */
export function messageOf(event: RoomEvent): MessageRow | null {
  return kindOf(event).messageOf(event);
}
