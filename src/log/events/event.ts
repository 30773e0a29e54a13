import type { ObjectRef } from '@pothos/core';
import type { Standing } from '../../access/standing.ts';
import type { RoomEventType, User } from '../../generated/prisma/client.ts';
import { builder, type SchemaTypes } from '../../graphql/builder.ts';
import type { MessageRow } from '../../graphql/nodes.ts';

/**
 * Every type of durable event. MESSAGE_ADDED is stored in the row of its message; every other event is a row of
 * `RoomEvent`.
 */
export type EventType = 'MESSAGE_ADDED' | RoomEventType;

/** What every durable event of a room has. */
export interface EventOf<Type extends EventType> {
  type: Type;
  roomId: string;
  /** 1, 2, 3 … in each room, without gaps, over all durable changes. */
  eventNumber: number;
  occurredAt: Date;
  actorId: string | null;
  /** The actor's row, if it was loaded with the event. */
  actor?: User | null;
}

/** An event with the epoch of the log in which its number is valid. */
export type WithEpoch<Event> = Event & { epoch: string };

/** Where a user stands with the room after an event. */
export interface StandingChange {
  userId: string;
  standing: Standing;
  /**
   * Whether `standing` is the result of a later event: an event that is read from the log has the current membership.
   */
  isOutdated: boolean;
}

/** What the server must know about one kind of event. Each kind has a file, and `kinds.ts` registers it. */
export interface EventKind<Event extends EventOf<EventType>> {
  /** Its GraphQL type, which implements `RoomEventInterface`. */
  graphqlType: ObjectRef<SchemaTypes, Event>;
  /** Returns the message that an event is about, null for none. Its author may see other fields than other readers. */
  messageOf(event: Event): MessageRow | null;
  /** Whether the event changes its message. If so, earlier events about the message show the changed message too. */
  revisesMessage: boolean;
  /** Returns the user whose standing with the room an event may change, null for none. */
  standingAfter(event: Event): StandingChange | null;
}

/** Properties that an event has besides those of every event. */
export type OwnProperty<Event> = Exclude<keyof Event, keyof EventOf<EventType>>;

/** A kind of event that is stored as a row of `RoomEvent`. */
export interface RecordedKind<Event extends EventOf<RoomEventType>> extends EventKind<Event> {
  /**
   * SQL for each own property of the event: a query that selects its current `value` (jsonb), and ends with its
   * conditions. The event's row is `e`.
   */
  propertySql: Readonly<Record<OwnProperty<Event>, string>>;
}

/** The GraphQL interface `RoomEvent`. */
export const RoomEventInterface = builder.interfaceRef<EventOf<EventType>>('RoomEvent');
