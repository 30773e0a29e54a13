import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { schema } from '../../src/schema.ts';
import { everyFieldOf, memberTypes } from './every-field.ts';
import type { Person } from './person.ts';
import { until } from './until.ts';

export interface AnyEvent {
  __typename: string;
  eventNumber: number;
}
interface Frame {
  status: string;
  cursor: string;
  positionAfter: number;
  events: AnyEvent[];
}
interface Variables {
  roomId: string;
  after?: string | null;
}

const types = memberTypes(schema, 'RoomEvent');
/** All fields of events, except those whose value changes with time. */
const selections = types.map(
  (name) => `... on ${name} { ${everyFieldOf(schema, name, { but: ['room', 'presence'], levels: 3 })} }`,
);
const rooms = '... on RoomUpdatedEvent { room { id name topic archivedAt } }';
const everything = parse(`subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status cursor positionAfter events { ${selections.join(' ')} ${rooms} } }
}`) as TypedDocumentNode<{ roomEvents: Frame }, Variables>;

/** Follows a room and selects all fields of its events. Resolves after the first frame. */
export async function followEverything(person: Person, variables: Variables) {
  const frames: Frame[] = [];
  const results = person.follow(everything, variables);
  void (async () => {
    for await (const { data, errors } of results) {
      if (errors) throw errors[0];
      frames.push(data!.roomEvents);
    }
  })();
  const events = () => frames.flatMap((frame) => frame.events);
  const untilAt = (eventNumber: number) => until(() => (frames.at(-1)?.positionAfter ?? -1) >= eventNumber);
  await until(() => frames.length > 0);
  return { frames, events, untilAt, cursor: frames[0]!.cursor };
}
