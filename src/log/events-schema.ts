import { asShown, membershipShown } from '../access/membership.ts';
import { globalId } from '../base/ids.ts';
import { limits } from '../base/limits.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { sized } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { MembershipNode, MessageNode, RoomNode, UserNode } from '../graphql/nodes.ts';
import { positionAfter } from '../live/log.ts';
import { MessageEdge, messageEdge } from '../messages/edge.ts';
import { ReactionGroupType, reactionGroupsOf } from '../messages/reactions.ts';
import { usersById } from '../users/loader.ts';
import { streamCursor } from './cursor.ts';
import {
  type MessageAdded,
  type MessageDeleted,
  type MessageUpdated,
  messageOf,
  type ReactionsChanged,
  type RoomEvent,
  type RoomUpdated,
} from './events.ts';
import { MembershipChangedEvent } from './node.ts';
import type { Placed } from './values.ts';

const typeNames: Record<RoomEvent['type'], string> = {
  MESSAGE_ADDED: 'MessageAddedEvent',
  MESSAGE_UPDATED: 'MessageUpdatedEvent',
  MESSAGE_DELETED: 'MessageDeletedEvent',
  REACTIONS_CHANGED: 'ReactionsChangedEvent',
  MEMBERSHIP_CHANGED: 'MembershipChangedEvent',
  ROOM_UPDATED: 'RoomUpdatedEvent',
};

/** The GraphQL interface `RoomEvent`; a new kind of event is a member of the union in `events.ts` and a type here. */
export const RoomEventType = builder.interfaceRef<RoomEvent>('RoomEvent').implement({
  description:
    'A durable change in a room. An event shows the changed object as it is when the event is sent, not as it was when the event happened.',
  resolveType: ({ type }) => typeNames[type],
  fields: (t) => ({
    roomId: t.id({ description: 'Global id of the room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    eventNumber: t.exposeInt('eventNumber', {
      description:
        'Number of the event in its room: 1, 2, 3 … without gaps. It counts all durable changes, not only messages.',
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      description: 'When the event happened, by the server’s clock.',
    }),
    actor: t.field({
      type: UserNode,
      nullable: true,
      description: 'The user who made the change; null if the server did, which writes the system messages.',
      resolve: (event, _args, context) => actorOf(event, context),
    }),
  }),
});

/** The row, where it came along with what changed. */
function actorOf(event: RoomEvent, context: Context) {
  const { actorId, actor } = event;
  const concerned = messageOf(event)?.author ?? (event.type === 'MEMBERSHIP_CHANGED' ? event.membership.user : null);
  const known = [actor, concerned].find((user) => user?.id === actorId);
  return known ?? loadOptional(usersById(context), actorId);
}

/** The GraphQL type `MessageAddedEvent`. */
export const MessageAddedEvent = builder.objectRef<Placed<MessageAdded>>('MessageAddedEvent').implement({
  description: 'A user or the server wrote a message.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    message: t.field({ type: MessageNode, description: 'The message.', resolve: ({ message }) => message }),
    messageEdge: t.field({
      type: MessageEdge,
      description: 'The message with its page cursor, for clients that add it to a connection in their cache.',
      resolve: ({ message }) => messageEdge(message),
    }),
    cursor: t.field({
      type: 'StreamCursor',
      description: 'Position of this event in the room’s log, to pass as `after` when resuming.',
      resolve: (event) => streamCursor(positionAfter(event.epoch, event)),
    }),
  }),
});

builder.objectRef<Placed<MessageUpdated>>('MessageUpdatedEvent').implement({
  description: 'A message was edited.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    message: t.field({ type: MessageNode, description: 'The message.', resolve: ({ message }) => message }),
  }),
});

builder.objectRef<Placed<MessageDeleted>>('MessageDeletedEvent').implement({
  description: 'A message was deleted. It keeps its number and loses its text.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    messageId: t.id({
      description: 'Global id of the message.',
      resolve: ({ message }) => globalId('Message', message.id),
    }),
    message: t.field({
      type: MessageNode,
      description:
        'The message without its text. A client whose cache stores objects by id removes the text when it writes this.',
      resolve: ({ message }) => message,
    }),
  }),
});

builder.objectRef<Placed<ReactionsChanged>>('ReactionsChangedEvent').implement({
  description: 'A user added or removed a reaction.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    messageId: t.id({
      description: 'Global id of the message.',
      resolve: ({ message }) => globalId('Message', message.id),
    }),
    message: t.field({
      type: MessageNode,
      description: 'The message with its reactions.',
      resolve: ({ message }) => message,
    }),
    reactionGroups: t.field({
      type: [ReactionGroupType],
      complexity: sized(limits.emojisPerMessage),
      description: 'All reactions to the message.',
      resolve: ({ message }, _args, context) => reactionGroupsOf(context, message),
    }),
  }),
});

MembershipChangedEvent.implement({
  description: 'A user became a member, is no longer a member, or got another role.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    membership: t.field({
      type: MembershipNode,
      description: 'The membership that changed.',
      resolve: ({ membership }, _args, context) => membershipShown(context, membership),
    }),
  }),
});

builder.objectRef<Placed<RoomUpdated>>('RoomUpdatedEvent').implement({
  description: 'The name, topic or picture of the room changed, or the room was archived.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    room: t.field({
      type: RoomNode,
      description: 'The room.',
      resolve: ({ room }, _args, context) => asShown(context, room),
    }),
  }),
});
