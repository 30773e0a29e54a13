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
  description: 'A durable change in a room. What changed is shown as it is when it is read, not as it was.',
  resolveType: ({ type }) => typeNames[type],
  fields: (t) => ({
    roomId: t.id({ description: 'Where it happened.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    eventNumber: t.exposeInt('eventNumber', {
      description: 'Dense per room, from 1; counts every durable change, not only messages.',
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When, by the server’s clock.' }),
    actor: t.field({
      type: UserNode,
      nullable: true,
      description: 'Who did it; null for the server, which writes system messages.',
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
  description: 'Somebody wrote a message, or the server did.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    message: t.field({ type: MessageNode, description: 'The message.', resolve: ({ message }) => message }),
    messageEdge: t.field({
      type: MessageEdge,
      description: 'The message with its page cursor, to add to a connection on the client.',
      resolve: ({ message }) => messageEdge(message),
    }),
    cursor: t.field({
      type: 'StreamCursor',
      description: 'Where this event stands in the room’s log: `after` goes on from here.',
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
  description: 'A message was deleted. Its number stays, its text is gone.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    messageId: t.id({ description: 'Id of the message.', resolve: ({ message }) => globalId('Message', message.id) }),
    message: t.field({
      type: MessageNode,
      description: 'The message, without its text: a client that keeps messages by their ids forgets the text by it.',
      resolve: ({ message }) => message,
    }),
  }),
});

builder.objectRef<Placed<ReactionsChanged>>('ReactionsChangedEvent').implement({
  description: 'Somebody reacted to a message, or took it back.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    messageId: t.id({ description: 'Id of the message.', resolve: ({ message }) => globalId('Message', message.id) }),
    message: t.field({
      type: MessageNode,
      description: 'The message with its reactions.',
      resolve: ({ message }) => message,
    }),
    reactionGroups: t.field({
      type: [ReactionGroupType],
      complexity: sized(limits.emojisPerMessage),
      description: 'All reactions to it.',
      resolve: ({ message }, _args, context) => reactionGroupsOf(context, message),
    }),
  }),
});

MembershipChangedEvent.implement({
  description: 'Somebody joined, left, or got another role.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    membership: t.field({
      type: MembershipNode,
      description: 'The membership.',
      resolve: ({ membership }, _args, context) => membershipShown(context, membership),
    }),
  }),
});

builder.objectRef<Placed<RoomUpdated>>('RoomUpdatedEvent').implement({
  description: 'Name, topic or picture of the room changed, or it was archived.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    room: t.field({
      type: RoomNode,
      description: 'The room.',
      resolve: ({ room }, _args, context) => asShown(context, room),
    }),
  }),
});
