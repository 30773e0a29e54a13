import { notAMember } from '../access/refusals.ts';
import { ofMembers } from '../access/standing.ts';
import { forbidden, notFound, roomArchived } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { changeRoom } from '../log/change-room.ts';
import type { RoomLog } from '../log/room-log.ts';
import { findReadableMessages } from './history.ts';

const path = ['messageId'];

/**
 * Runs `change` on a user's message for a member of its room, while the room is locked, and publishes what `change`
 * recorded. Throws NOT_FOUND, FORBIDDEN, ROOM_ARCHIVED, and what `change` throws.
 */
export async function changeMessage(
  context: Context,
  id: string,
  change: (log: RoomLog, message: MessageRow) => Promise<MessageRow>,
): Promise<MessageRow> {
  const { userId } = requireViewer(context);
  const [known] = await findReadableMessages(context, [id]);
  if (!known) throw notFound('message', path);
  context.services.presence.activity.note(userId);
  if (known.kind === 'SYSTEM') throw forbidden('System messages cannot be edited, deleted or reacted to.', path);

  // Readers of the event show both users. They are loaded before the room is locked, to keep the lock short.
  const concerned = await context.services.users.known.load([known.authorId ?? userId, userId]);
  const [author = null, actor = null] = [known.authorId, userId].map((id) => concerned.find((user) => user.id === id));
  return changeRoom(context.services, { roomId: known.roomId, actorId: userId, actor }, async (log) => {
    const ofMember = { memberships: { some: { userId, ...ofMembers } } };
    const message = await log.tx.message.findUnique({ where: { id, room: ofMember } });
    if (!message) throw notAMember(path);
    if (log.room.archivedAt) throw roomArchived(path);
    return change(log, { ...message, author });
  });
}
