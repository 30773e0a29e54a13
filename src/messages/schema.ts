import { readableRooms, roomShown } from '../access/membership.ts';
import { limits } from '../base/limits.ts';
import type { SystemEventType } from '../generated/prisma/client.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { sized } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { MessageNode, type MessageRow, RoomNode, UserNode } from '../graphql/nodes.ts';
import { usersById } from '../users/loader.ts';
import { MessageEdge } from './edge.ts';
import { latestMessage, messageNode, messagePage, readableMessages } from './history.ts';
import { ReactionGroupType, reactionGroupsOf } from './reactions.ts';
import { knownType, systemText } from './system-text.ts';

const MessageKindEnum = builder.enumType('MessageKind', {
  description: 'Who wrote a message.',
  values: { USER: { description: 'A user.' }, SYSTEM: { description: 'The server, to report a change in the room.' } },
});

const SystemEventTypeEnum = builder.enumType('SystemEventType', {
  description: 'What a system message reports.',
  values: {
    ROOM_CREATED: { description: 'The subject created the room.' },
    MEMBER_JOINED: { description: 'The subject became a member.' },
    MEMBER_LEFT: { description: 'The subject left.' },
    MEMBER_REMOVED: { description: 'The subject was removed.' },
    UNKNOWN: {
      description:
        'Something that only newer servers know, while several run on one database. `Message.text` names no details either.',
    },
  },
});

const SystemEventNode = builder.objectRef<MessageRow>('SystemEvent').implement({
  description: 'What a system message reports, for clients that write their own texts.',
  fields: (t) => ({
    type: t.field({
      type: SystemEventTypeEnum,
      description: 'What happened.',
      resolve: ({ systemEventType }) => knownType(systemEventType ?? 'ROOM_CREATED'),
    }),
    subject: t.field({
      type: UserNode,
      nullable: true,
      description: 'The user who created the room, or whose membership changed.',
      resolve: ({ subject, systemSubjectId }, _args, context) =>
        subject ?? loadOptional(usersById(context), systemSubjectId),
    }),
  }),
});

builder.node(MessageNode, {
  id: { resolve: (message) => message.id },
  loadWithoutCache: (id, context, info) => messageNode(context, id, info),
  description: 'A message in a room, written by a user or by the server.',
  fields: (t) => ({
    room: t.field({
      type: RoomNode,
      description: 'The room of the message.',
      resolve: ({ room, roomId }, _args, context) => room ?? roomShown(context, roomId),
    }),
    author: t.field({
      type: UserNode,
      nullable: true,
      description: 'The user who wrote the message; null for system messages.',
      resolve: ({ author, authorId }, _args, context) => author ?? loadOptional(usersById(context), authorId),
    }),
    kind: t.expose('kind', {
      type: MessageKindEnum,
      description: 'Whether a user or the server wrote the message.',
    }),
    sequence: t.exposeInt('sequence', {
      description:
        'Number of the message in its room: 1, 2, 3 … without gaps, in the order of commits. Order messages by it, not by time.',
    }),
    clientMessageId: t.string({
      nullable: true,
      description: 'The id that the client gave the message. Only the author can see it; null for other viewers.',
      extensions: { dependsOn: 'author' },
      resolve: ({ authorId, clientMessageId }, _args, { readerIs }) => (readerIs(authorId) ? clientMessageId : null),
    }),
    text: t.string({
      nullable: true,
      description: 'The text; null if the message was deleted. Texts of system messages are in the viewer’s language.',
      resolve: (message, args, context) => {
        if (message.kind === 'SYSTEM') return textOf(message, context);
        return isBeforeEnd(context, message, message.editedAt) ? writtenText(message, args, context) : null;
      },
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the message was written, by the server’s clock.',
    }),
    editedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the message was last edited; null if never.',
      resolve: (message, _args, context) => (isBeforeEnd(context, message, message.editedAt) ? message.editedAt : null),
    }),
    deletedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the message was deleted; null if it was not.',
      resolve: (message, _args, context) =>
        isBeforeEnd(context, message, message.deletedAt) ? message.deletedAt : null,
    }),
    replyTo: t.field({
      type: MessageNode,
      nullable: true,
      description: 'The message of the same room that this message replies to; null if it is not a reply.',
      resolve: ({ replyTo, replyToId }, _args, context) =>
        replyTo ?? loadOptional(readableMessages(context), replyToId),
    }),
    reactionGroups: t.field({
      type: [ReactionGroupType],
      complexity: sized(limits.emojisPerMessage),
      description:
        'The reactions to the message, one group for each emoji, in the order in which each emoji was first used. Empty if the message was deleted.',
      resolve: (message, _args, context) => reactionGroupsOf(context, message),
    }),
    lastEventNumber: t.int({
      description:
        'Number of the room’s event that last changed this message or its reactions; the number of its `MessageAddedEvent` if nothing has. Of two copies of a message, the one with the larger number is newer.',
      resolve: ({ eventNumber, changeNumber, roomId }, _args, context) => {
        const end = context.accessEnd?.(roomId);
        return changeNumber && (!end || changeNumber < end.eventNumber) ? changeNumber : eventNumber;
      },
    }),
    systemEvent: t.field({
      type: SystemEventNode,
      nullable: true,
      description: 'What a system message reports; null for messages of users.',
      resolve: (message) => (message.systemEventType ? message : null),
    }),
  }),
});

/**
 * Returns whether a change of the message was made before the reader's access to the room ended, so that they may see
 * it.
 */
function isBeforeEnd(context: Context, { roomId }: MessageRow, changedAt: Date | null): boolean {
  const end = changedAt && context.accessEnd?.(roomId);
  return !end || changedAt < end.occurredAt;
}

const writtenText = counted<MessageRow, string | null>(({ text }) => text);

/** Returns the text of a system message. Loads the names in it unless they were read with the message. */
function textOf(message: MessageRow, context: Context): string | null | Promise<string> {
  const { systemEventType: type, subject, room } = message;
  if (!type) return null;
  if (subject === undefined || !room) return loadText(message, type, context);
  const names = { subjectName: subject?.displayName ?? null, roomName: room.name };
  return systemText(context.language, { type, ...names });
}

async function loadText(
  { systemSubjectId, roomId }: MessageRow,
  type: SystemEventType,
  context: Context,
): Promise<string> {
  const subject = systemSubjectId && (await usersById(context).load(systemSubjectId));
  const room = await readableRooms(context).load(roomId);
  const names = { subjectName: subject ? subject.displayName : null, roomName: room?.name ?? null };
  return systemText(context.language, { type, ...names });
}

/** The GraphQL type `MessageConnection`. */
export const MessageConnection = builder.connectionObject(
  { type: MessageNode, name: 'MessageConnection', description: 'A page of messages, oldest first.' },
  MessageEdge,
);

builder.objectFields(RoomNode, (t) => ({
  messages: t.connection(
    {
      type: MessageNode,
      description:
        'The messages in the order of `Message.sequence`, oldest first. `last` without `before` returns the newest page.',
      resolve: (room, args, context, info) => messagePage(context, room, { args, info }),
    },
    MessageConnection,
    MessageEdge,
  ),
  latestMessage: t.field({
    type: MessageNode,
    nullable: true,
    description: 'The newest message; null if there is none.',
    resolve: (room, _args, context, info) =>
      room.isRedacted || room.latestMessage !== undefined
        ? (room.latestMessage ?? null)
        : latestMessage(context, room, info),
  }),
}));
