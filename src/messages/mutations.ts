import { innerId } from '../base/ids.ts';
import { limits } from '../base/limits.ts';
import { builder } from '../graphql/builder.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { MessageNode, type MessageRow } from '../graphql/nodes.ts';
import { deleteMessage } from './delete.ts';
import { MessageEdge, messageEdge } from './edge.ts';
import { editMessage } from './edit.ts';
import { addReaction, removeReaction } from './react.ts';
import { sendMessage } from './send.ts';

const messageIdField = { required: true as const, description: 'Global id of the message.' };
const textRule = `1 to ${limits.messageMaxLength} characters (Unicode code points) after trimming`;

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'The message to send.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Global id of the room. If the room is public, the viewer joins it.' }),
    text: t.string({
      required: true,
      description: `The text: ${textRule}.`,
    }),
    clientMessageId: t.string({
      description:
        'An id that the client chooses for the message, at most 64 characters, unique for each author and room. If it is sent again, the server returns the first message and adds nothing. A UUIDv7 in lower case becomes the id of the message: its global id is `Message:` and this UUID in base64url, without padding. If omitted, the server creates one.',
    }),
    replyToId: t.id({ description: 'Global id of the message to reply to; it must be in the same room.' }),
  }),
});

const EditMessageInput = builder.inputType('EditMessageInput', {
  description: 'The new text of a message.',
  fields: (t) => ({
    messageId: t.id(messageIdField),
    text: t.string({ required: true, description: `The new text: ${textRule}.` }),
  }),
});

const MessageIdInput = builder.inputType('MessageIdInput', {
  description: 'The message to act on.',
  fields: (t) => ({ messageId: t.id(messageIdField) }),
});

const ReactionInput = builder.inputType('ReactionInput', {
  description: 'A reaction to a message.',
  fields: (t) => ({
    messageId: t.id(messageIdField),
    emoji: t.string({
      required: true,
      description: 'One emoji, or a `:shortcode:` of a-z, 0-9, _, + and hyphens; at most 64 characters.',
    }),
  }),
});

const SendMessagePayload = payloadType<{ message: MessageRow; isReplay: boolean }>(
  'SendMessagePayload',
  'The result of `sendMessage`.',
  (t) => ({
    message: t.field({
      type: MessageNode,
      nullable: true,
      description: 'The message, which is now durable; null if the mutation failed.',
      resolve: ({ message }) => message,
    }),
    messageEdge: t.field({
      type: MessageEdge,
      nullable: true,
      description:
        'The message with its page cursor, for clients that add it to a connection in their cache; null if the mutation failed.',
      resolve: ({ message }) => message && messageEdge(message),
    }),
    isReplay: t.boolean({
      description:
        'Whether this `clientMessageId` was sent before. If so, `message` is the first message, and the server added nothing.',
      resolve: ({ isReplay }) => isReplay ?? false,
    }),
  }),
);

const MessagePayload = payloadType<{ message: MessageRow }>('MessagePayload', 'A message that was changed.', (t) => ({
  message: t.field({
    type: MessageNode,
    nullable: true,
    description: 'The message after the change; null if the mutation failed.',
    resolve: ({ message }) => message,
  }),
}));

mutation('sendMessage', {
  description:
    'Sends a message to a room. The server answers when the message is durable. Sending to a public room makes the viewer a member.',
  input: SendMessageInput,
  payload: SendMessagePayload,
  run: (context, { roomId, text, clientMessageId, replyToId }) =>
    sendMessage(context, {
      text,
      clientMessageId,
      roomId: innerId('Room', roomId, ['roomId']),
      replyToId: replyToId == null ? null : innerId('Message', replyToId, ['replyToId']),
    }),
});

mutation('editMessage', {
  description: 'Replaces the text of a message. Only its author may do this. The same text again changes nothing.',
  input: EditMessageInput,
  payload: MessagePayload,
  run: async (context, input) => ({ message: await editMessage(context, messageIdIn(input), input.text) }),
});

mutation('deleteMessage', {
  description:
    'Deletes the text and the reactions of a message permanently. The message keeps its number. Only its author and the room’s owner and moderators may do this. Deleting again is not an error.',
  input: MessageIdInput,
  payload: MessagePayload,
  run: async (context, input) => ({ message: await deleteMessage(context, messageIdIn(input)) }),
});

mutation('addReaction', {
  description: `Adds the viewer’s reaction to a message. A message can have at most ${limits.emojisPerMessage} different emojis. Adding the same emoji again is not an error.`,
  input: ReactionInput,
  payload: MessagePayload,
  run: async (context, input) => ({
    message: await addReaction(context, { ...input, messageId: messageIdIn(input) }),
  }),
});

mutation('removeReaction', {
  description: 'Removes the viewer’s reaction from a message. Removing it again is not an error.',
  input: ReactionInput,
  payload: MessagePayload,
  run: async (context, input) => ({
    message: await removeReaction(context, { ...input, messageId: messageIdIn(input) }),
  }),
});

function messageIdIn({ messageId }: { messageId: string }): string {
  return innerId('Message', messageId, ['messageId']);
}
