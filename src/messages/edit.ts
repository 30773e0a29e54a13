import { type ChatError, conflict, editWindowClosed, forbidden } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { requireText } from '../base/text.ts';
import type { Context } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { type EditRefusal, edit } from '../log/changes/edit.ts';
import { changeOfMessage, messageRefused } from './refusals.ts';

/**
 * Replaces the text of the viewer's own message; the old text is not kept. The same text again changes nothing.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, MUTED, ROOM_ARCHIVED, EDIT_WINDOW_CLOSED, and CONFLICT for a deleted message.
 */
export async function editMessage(context: Context, messageId: string, given: string): Promise<MessageRow> {
  const text = requireText(given, { path: ['text'], max: limits.messageMaxLength, multiline: true });
  const change = await changeOfMessage(context, messageId);
  const { verdict, message } = await context.services.log.writer.write(edit, { ...change, text });
  if (!message) throw refusalOf(verdict);
  return message;
}

function refusalOf(verdict: EditRefusal): ChatError {
  if (verdict === 'NOT_THE_AUTHOR') return forbidden('Only the author of a message can edit it.', ['messageId']);
  if (verdict === 'DELETED') return conflict('The message was deleted.', ['messageId']);
  return verdict === 'TOO_OLD' ? editWindowClosed(['messageId']) : messageRefused(verdict, 'EDIT_OWN');
}
