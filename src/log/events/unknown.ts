import { builder } from '../../graphql/builder.ts';
import { type EventKind, type EventOf, type EventType, RoomEventInterface } from './event.ts';

/**
 * An event of a type that this version does not know: during an update, nodes of a newer version write to the same log. It
 * keeps its place, because every frame contains all events between its positions.
 */
export const unknown: EventKind<EventOf<EventType>> = {
  graphqlType: builder.objectRef<EventOf<EventType>>('UnknownEvent').implement({
    description:
      'A change that this node does not know, because a node with a newer version of the server made it. Anything in the room may have changed.',
    interfaces: [RoomEventInterface],
  }),
  messageOf: () => null,
  revisesMessage: false,
  standingAfter: () => null,
};
