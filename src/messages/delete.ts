import { forbidden } from '../base/errors.ts';
import type { Context } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { deletion } from '../log/changes/delete.ts';
import { changeOfMessage, messageRefused } from './refusals.ts';

/**
 * Deletes the text and the reactions of a message; its number, author and `clientMessageId` stay. Allowed for its author
 * and for the room's owners and moderators. Deleting again is not an error.
 * Throws NOT_FOUND, FORBIDDEN, ROOM_ARCHIVED.
 */
export async function deleteMessage(context: Context, messageId: string): Promise<MessageRow> {
  const change = await changeOfMessage(context, messageId);
  const { verdict, message } = await context.services.log.writer.write(deletion, change);
  if (message) return message;
  if (verdict !== 'FORBIDDEN') throw messageRefused(verdict, 'DELETE_OWN');
  throw forbidden("Only the author of a message and the room's owners and moderators can delete it.", ['messageId']);
}
