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
  description: 'A new message.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Where to; a public room is joined by it.' }),
    text: t.string({
      required: true,
      description: `What it says: ${textRule}.`,
    }),
    clientMessageId: t.string({
      description:
        'The sender’s own reference, at most 64 characters, unique per author and room: sending it again returns the first message. Made by the server if left out.',
    }),
    replyToId: t.id({ description: 'The message of the same room that this one answers.' }),
  }),
});

const EditMessageInput = builder.inputType('EditMessageInput', {
  description: 'A new text for a message.',
  fields: (t) => ({
    messageId: t.id(messageIdField),
    text: t.string({ required: true, description: `What it is to say: ${textRule}.` }),
  }),
});

const MessageIdInput = builder.inputType('MessageIdInput', {
  description: 'Which message.',
  fields: (t) => ({ messageId: t.id(messageIdField) }),
});

const ReactionInput = builder.inputType('ReactionInput', {
  description: 'A reaction to a message.',
  fields: (t) => ({
    messageId: t.id(messageIdField),
    emoji: t.string({
      required: true,
      description: 'One emoji, or a `:shortcode:` of a-z, 0-9, _, + and hyphens, at most 64 characters.',
    }),
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

const MessagePayload = payloadType<{ message: MessageRow }>('MessagePayload', 'A message that was changed.', (t) => ({
  message: t.field({
    type: MessageNode,
    nullable: true,
    description: 'The message as it is now.',
    resolve: ({ message }) => message,
  }),
}));

mutation('sendMessage', {
  description: 'Writes a message into a room; answers once it is durable. Sending to a public room joins it.',
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
  description: 'Gives a message another text; for its author. The same text again changes nothing.',
  input: EditMessageInput,
  payload: MessagePayload,
  run: async (context, input) => ({ message: await editMessage(context, messageIdIn(input), input.text) }),
});

mutation('deleteMessage', {
  description:
    'Takes the text and the reactions of a message away for good; its number stays. For its author and the room’s owner and moderators. Again is no error.',
  input: MessageIdInput,
  payload: MessagePayload,
  run: async (context, input) => ({ message: await deleteMessage(context, messageIdIn(input)) }),
});

mutation('addReaction', {
  description: `Reacts to a message, which takes at most ${limits.emojisPerMessage} different emojis. Again with the same emoji is no error.`,
  input: ReactionInput,
  payload: MessagePayload,
  run: async (context, input) => ({
    message: await addReaction(context, { ...input, messageId: messageIdIn(input) }),
  }),
});

mutation('removeReaction', {
  description: 'Takes one’s own reaction back. Again is no error.',
  input: ReactionInput,
  payload: MessagePayload,
  run: async (context, input) => ({
    message: await removeReaction(context, { ...input, messageId: messageIdIn(input) }),
  }),
});

function messageIdIn({ messageId }: { messageId: string }): string {
  return innerId('Message', messageId, ['messageId']);
}
