import { readableRooms, roomShown } from '../access/membership.ts';
import { limits } from '../base/limits.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { sized } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { MessageNode, type MessageRow, RoomNode, UserNode } from '../graphql/nodes.ts';
import { usersById } from '../users/loader.ts';
import { MessageEdge } from './edge.ts';
import { latestMessages, messagePage, readableMessages } from './history.ts';
import { ReactionGroupType, reactionGroupsOf } from './reactions.ts';
import { systemText } from './system-text.ts';

const MessageKindEnum = builder.enumType('MessageKind', {
  description: 'Who speaks in a message.',
  values: { USER: { description: 'A user.' }, SYSTEM: { description: 'The server, about what happened in the room.' } },
});

const SystemEventTypeEnum = builder.enumType('SystemEventType', {
  description: 'What a system message tells.',
  values: {
    ROOM_CREATED: { description: 'The room was made.' },
    MEMBER_JOINED: { description: 'The subject became a member: welcome.' },
    MEMBER_LEFT: { description: 'The subject left.' },
    MEMBER_REMOVED: { description: 'The subject was removed.' },
  },
});

const SystemEventType = builder.objectRef<MessageRow>('SystemEvent').implement({
  description: 'What a system message tells, for clients that write their own texts.',
  fields: (t) => ({
    type: t.field({
      type: SystemEventTypeEnum,
      description: 'What happened.',
      resolve: ({ systemEventType }) => systemEventType ?? 'ROOM_CREATED',
    }),
    subject: t.field({
      type: UserNode,
      nullable: true,
      description: 'To whom, or by whom.',
      resolve: ({ systemSubjectId }, _args, context) => loadOptional(usersById(context), systemSubjectId),
    }),
  }),
});

builder.node(MessageNode, {
  id: { resolve: (message) => message.id },
  loadWithoutCache: (id, context) => readableMessages(context).load(id),
  description: 'What somebody wrote in a room, or what the server tells there.',
  fields: (t) => ({
    room: t.field({
      type: RoomNode,
      description: 'The room that it is in.',
      resolve: ({ roomId }, _args, context) => roomShown(context, roomId),
    }),
    author: t.field({
      type: UserNode,
      nullable: true,
      description: 'Who wrote it; null for system messages.',
      resolve: ({ author, authorId }, _args, context) => author ?? loadOptional(usersById(context), authorId),
    }),
    kind: t.field({ type: MessageKindEnum, description: 'Who speaks.', resolve: ({ kind }) => kind }),
    sequence: t.exposeInt('sequence', {
      description: 'Number in the room: dense, from 1, in the order of commits; the only order there is.',
    }),
    clientMessageId: t.string({
      nullable: true,
      description: 'The sender’s own reference; null for everyone but the author.',
      extensions: { dependsOn: 'author' },
      resolve: ({ authorId, clientMessageId }, _args, { readerIs }) => (readerIs(authorId) ? clientMessageId : null),
    }),
    text: t.string({
      nullable: true,
      description: 'What it says; null once deleted. For system messages, in the viewer’s language.',
      resolve: (message, args, context) => {
        if (message.kind === 'SYSTEM') return textOf(message, context);
        return isBeforeEnd(context, message, message.editedAt) ? writtenText(message, args, context) : null;
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written, by the server’s clock.' }),
    editedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last edited.',
      resolve: (message, _args, context) => (isBeforeEnd(context, message, message.editedAt) ? message.editedAt : null),
    }),
    deletedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was deleted.',
      resolve: (message, _args, context) =>
        isBeforeEnd(context, message, message.deletedAt) ? message.deletedAt : null,
    }),
    replyTo: t.field({
      type: MessageNode,
      nullable: true,
      description: 'The message of the same room that this one answers.',
      resolve: ({ replyToId }, _args, context) => loadOptional(readableMessages(context), replyToId),
    }),
    reactionGroups: t.field({
      type: [ReactionGroupType],
      complexity: sized(limits.emojisPerMessage),
      description: 'Reactions to it, in the order in which each emoji first came; empty once deleted.',
      resolve: (message, _args, context) => reactionGroupsOf(context, message),
    }),
    systemEvent: t.field({
      type: SystemEventType,
      nullable: true,
      description: 'What a system message tells; null for others.',
      resolve: (message) => (message.systemEventType ? message : null),
    }),
  }),
});

/** Whether a change of the message, if there was one, came before the end of the reader's access to its room. */
function isBeforeEnd(context: Context, { roomId }: MessageRow, changedAt: Date | null): boolean {
  const end = changedAt && context.accessEnd?.(roomId);
  return !end || changedAt < end.occurredAt;
}

const writtenText = counted<MessageRow, string | null>(({ text }) => text);

async function textOf({ systemEventType, systemSubjectId, roomId }: MessageRow, context: Context) {
  if (!systemEventType) return null;
  const subject = systemSubjectId && (await usersById(context).load(systemSubjectId));
  const room = await readableRooms(context).load(roomId);
  const names = { subjectName: subject ? subject.displayName : null, roomName: room?.name ?? null };
  return systemText(context.language, { type: systemEventType, ...names });
}

const MessageConnection = builder.connectionObject(
  { type: MessageNode, name: 'MessageConnection', description: 'A page of messages, oldest first.' },
  MessageEdge,
);

builder.objectFields(RoomNode, (t) => ({
  messages: t.connection(
    {
      type: MessageNode,
      description: 'Its messages in order of `Message.sequence`, oldest first; `last:` gives the newest page.',
      resolve: (room, args, context) => messagePage(context, room, args),
    },
    MessageConnection,
    MessageEdge,
  ),
  latestMessage: t.field({
    type: MessageNode,
    nullable: true,
    description: 'The newest message; null before the first.',
    resolve: (room, _args, context) => (room.isRedacted ? null : latestMessages(context).load(room.id)),
  }),
}));
