import { type Context, requireViewer } from '../context.ts';
import { idempotencyMismatch, notFound, roomArchived } from '../errors.ts';
import type { MessageRow } from '../events.ts';
import { newId } from '../ids.ts';
import { limits } from '../limits.ts';
import { admit } from '../rooms/admit.ts';
import { isPublic, requireReadableRoom } from '../rooms/membership.ts';
import { requireText } from '../text.ts';
import { changeRoom, type RoomLog } from '../timeline/room-log.ts';

interface NewMessage {
  roomId: string;
  text: string;
  clientMessageId?: string | null;
  replyToId?: string | null;
}

/**
 * Writes a message into a room, which joins a public one; answers after the commit. The same `clientMessageId` again
 * returns the first message with `isReplay`.
 * Throws INVALID_INPUT, NOT_FOUND, BANNED, ROOM_ARCHIVED, and IDEMPOTENCY_MISMATCH for another text or reply.
 */
export async function sendMessage(
  context: Context,
  input: NewMessage,
): Promise<{ message: MessageRow; isReplay: boolean }> {
  const { userId } = requireViewer(context);
  const text = requireText(input.text, { path: ['text'], max: limits.messageMaxLength, multiline: true });
  const clientMessageId =
    input.clientMessageId == null
      ? newId()
      : requireText(input.clientMessageId, { path: ['clientMessageId'], max: 64 });
  const { roomId, replyToId = null } = input;
  await requireReadableRoom(context, roomId);

  return changeRoom(context.services, { roomId, actorId: userId }, async (log) => {
    const author = await log.tx.user.findUniqueOrThrow({ where: { id: userId } });
    const key = { roomId, authorId: userId, clientMessageId };
    const first = await log.tx.message.findUnique({ where: { roomId_authorId_clientMessageId: key } });
    if (first) {
      if (!isSame(first, { text, replyToId })) throw idempotencyMismatch(['clientMessageId']);
      return { message: { ...first, author }, isReplay: true };
    }
    await requireToPost(log, userId);
    if (replyToId) await requireInRoom(log, replyToId);
    return { message: log.addMessage({ author, text, clientMessageId, replyToId }), isReplay: false };
  });
}

/** Whether a repeated send says what the first one said; of an edited or deleted message that is not known any more. */
function isSame(first: MessageRow, { text, replyToId }: { text: string; replyToId: string | null }): boolean {
  if (first.editedAt || first.deletedAt) return true;
  return first.text === text && first.replyToId === replyToId;
}

async function requireToPost(log: RoomLog, userId: string): Promise<void> {
  const { tx, room } = log;
  if (room.archivedAt) throw roomArchived(['roomId']);
  const membership = await tx.membership.findUnique({ where: { roomId_userId: { roomId: room.id, userId } } });
  if (membership?.state === 'JOINED') return;
  if (!isPublic(room)) throw notFound('room', ['roomId']);
  await admit(log, [userId]);
}

async function requireInRoom({ tx, room }: RoomLog, messageId: string): Promise<void> {
  const found = await tx.message.findUnique({ where: { id: messageId, roomId: room.id }, select: { id: true } });
  if (!found) throw notFound('message in this room', ['replyToId']);
}
