import { forbidden } from '../base/errors.ts';
import type { Context } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import type { RoomLog } from '../log/room-log.ts';
import { changeMessage } from './change.ts';

/**
 * Deletes the text and the reactions of a message; its number, author and `clientMessageId` stay. Allowed for its author
 * and for the room's owners and moderators. Deleting again is not an error.
 * Throws NOT_FOUND, FORBIDDEN, ROOM_ARCHIVED.
 */
export async function deleteMessage(context: Context, messageId: string): Promise<MessageRow> {
  return changeMessage(context, messageId, async (log, message) => {
    const { tx, now } = log;
    if (message.authorId !== log.actorId && !(await governs(log))) {
      throw forbidden("Only the author of a message and the room's owner and moderators can delete it.", ['messageId']);
    }
    if (message.deletedAt) return message;
    const row = await tx.message.update({ where: { id: messageId }, data: { text: null, deletedAt: now } });
    const deleted = { ...row, author: message.author };
    await tx.reaction.deleteMany({ where: { roomId: message.roomId, messageId } });
    log.record({ ...log.next(), type: 'MESSAGE_DELETED', message: deleted });
    return deleted;
  });
}

/** Returns whether the actor is an owner or a moderator of the room. */
async function governs(log: RoomLog): Promise<boolean> {
  const own = await log.findActorMembership();
  return own?.role === 'OWNER' || own?.role === 'MODERATOR';
}
