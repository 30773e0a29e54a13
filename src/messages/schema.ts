import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import type { MessageRow } from '../events.ts';
import { innerId } from '../ids.ts';
import { limits } from '../limits.ts';
import { mutation, payloadType } from '../mutations.ts';
import { readableRooms } from '../rooms/membership.ts';
import { RoomNode } from '../rooms/node.ts';
import { usersById } from '../users/loader.ts';
import { UserNode } from '../users/node.ts';
import { latestMessages, messageEdge, messagePage } from './history.ts';
import { MessageNode } from './node.ts';
import { sendMessage } from './send.ts';
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
      resolve: ({ systemSubjectId }) => systemSubjectId,
    }),
  }),
});

MessageNode.implement({
  description: 'What somebody wrote in a room, or what the server tells there.',
  fields: (t) => ({
    room: t.field({ type: RoomNode, description: 'The room that it is in.', resolve: ({ roomId }) => roomId }),
    author: t.field({
      type: UserNode,
      nullable: true,
      description: 'Who wrote it; null for system messages.',
      resolve: ({ author, authorId }) => author ?? authorId,
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
      resolve: (message, _args, context) => (message.kind === 'SYSTEM' ? textOf(message, context) : message.text),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written, by the server’s clock.' }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true, description: 'When it was last edited.' }),
    deletedAt: t.expose('deletedAt', { type: 'DateTime', nullable: true, description: 'When it was deleted.' }),
    replyTo: t.field({
      type: MessageNode,
      nullable: true,
      description: 'The message of the same room that this one answers.',
      resolve: ({ replyToId }) => replyToId,
    }),
    systemEvent: t.field({
      type: SystemEventType,
      nullable: true,
      description: 'What a system message tells; null for others.',
      resolve: (message) => (message.systemEventType ? message : null),
    }),
  }),
});

async function textOf({ systemEventType, systemSubjectId, roomId }: MessageRow, context: Context) {
  if (!systemEventType) return null;
  const subject = systemSubjectId && (await usersById(context).load(systemSubjectId));
  const room = await readableRooms(context).load(roomId);
  const names = { subjectName: subject ? subject.displayName : null, roomName: room?.name ?? null };
  return systemText(context.language, { type: systemEventType, ...names });
}

const MessageEdge = builder.edgeObject({ type: MessageNode, name: 'MessageEdge', description: 'A message in a page.' });
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
    resolve: (room, _args, context) => (room.isClosed ? null : latestMessages(context).load(room.id)),
  }),
}));

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'A new message.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Where to; a public room is joined by it.' }),
    text: t.string({
      required: true,
      description: `What it says: 1 to ${limits.messageMaxLength} characters (Unicode code points) after trimming.`,
    }),
    clientMessageId: t.string({
      description:
        'The sender’s own reference, at most 64 characters, unique per author and room: sending it again returns the first message. Made by the server if left out.',
    }),
    replyToId: t.id({ description: 'The message of the same room that this one answers.' }),
  }),
});

const SendMessagePayload = payloadType<{ message: MessageRow; isReplay: boolean }>(
  'SendMessagePayload',
  'A message that was stored, durably.',
  (t) => ({
    message: t.field({
      type: MessageNode,
      nullable: true,
      description: 'The message.',
      resolve: ({ message }) => message,
    }),
    messageEdge: t.field({
      type: MessageEdge,
      nullable: true,
      description: 'The message with its cursor, to add to a connection on the client.',
      resolve: ({ message }) => message && messageEdge(message),
    }),
    isReplay: t.boolean({
      description: 'Whether this `clientMessageId` was sent before: `message` is the first one, and nothing was added.',
      resolve: ({ isReplay }) => isReplay ?? false,
    }),
  }),
);

mutation('sendMessage', {
  description: 'Writes a message into a room; answers once it is durable. Sending to a public room joins it.',
  input: SendMessageInput,
  payload: SendMessagePayload,
  run: (context, { roomId, replyToId, ...input }) =>
    sendMessage(context, {
      ...input,
      roomId: innerId('Room', roomId, ['roomId']),
      replyToId: replyToId == null ? null : innerId('Message', replyToId, ['replyToId']),
    }),
});
