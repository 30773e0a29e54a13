import { type ChatError, forbidden } from '../base/errors.ts';
import type { Context } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { type DeleteRefusal, deletion } from '../log/changes/delete.ts';
import { changeOfMessage, messageRefusals } from './refusals.ts';

/**
 * Deletes the text and the reactions of a message; its number, author and `clientMessageId` stay. Allowed for its author
 * and for the room's owners and moderators. Deleting again is not an error.
 * Throws NOT_FOUND, FORBIDDEN, ROOM_ARCHIVED.
 */
export async function deleteMessage(context: Context, messageId: string): Promise<MessageRow> {
  const change = await changeOfMessage(context, messageId);
  const { verdict, message } = await context.services.log.writer.write(deletion, change);
  if (!message) throw refusals[verdict]();
  return message;
}

const refusals: Record<DeleteRefusal, () => ChatError> = {
  ...messageRefusals,
  FORBIDDEN: () =>
    forbidden("Only the author of a message and the room's owner and moderators can delete it.", ['messageId']),
};
