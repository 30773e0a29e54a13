import { conflict, editWindowClosed, forbidden } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { requireText } from '../base/text.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { changeMessage } from './change.ts';

/**
 * Replaces the text of the viewer's own message; the old text is not kept. The same text again changes nothing.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, ROOM_ARCHIVED, EDIT_WINDOW_CLOSED, and CONFLICT for a deleted message.
 */
export async function editMessage(context: Context, messageId: string, given: string): Promise<MessageRow> {
  const text = requireText(given, { path: ['text'], max: limits.messageMaxLength, multiline: true });
  const { userId } = requireViewer(context);
  return changeMessage(context, messageId, async (log, message) => {
    const { tx, now } = log;
    if (message.authorId !== userId) throw forbidden('Only the author of a message can edit it.', ['messageId']);
    if (message.deletedAt) throw conflict('The message was deleted.', ['messageId']);
    if (message.text === text) return message;
    if (isTooOld(message, now)) throw editWindowClosed(['messageId']);
    const row = await tx.message.update({ where: { id: messageId }, data: { text, editedAt: now } });
    const edited = { ...row, author: message.author };
    log.record({ ...log.next(), type: 'MESSAGE_UPDATED', message: edited });
    return edited;
  });
}

function isTooOld({ createdAt }: MessageRow, now: Date): boolean {
  const { editWindowSeconds } = limits;
  return editWindowSeconds !== null && now.getTime() - createdAt.getTime() > editWindowSeconds * 1000;
}
