import { conflict } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import type { RoomLog } from '../log/room-log.ts';
import { changeMessage } from './change.ts';
import { requireEmoji } from './emoji.ts';

interface ReactionChange {
  messageId: string;
  /** As the client sent it. */
  emoji: string;
}

/**
 * Adds a reaction of the viewer to a message; the same emoji again is not an error.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, ROOM_ARCHIVED, and CONFLICT for a deleted message and for one that has
 * reached the limit of different emojis.
 */
export async function addReaction(context: Context, { messageId, emoji: given }: ReactionChange): Promise<MessageRow> {
  const { userId } = requireViewer(context);
  const emoji = requireEmoji(given, ['emoji']);
  return changeMessage(context, messageId, async (log, message) => {
    if (message.deletedAt) throw conflict('The message was deleted.', ['messageId']);
    const { tx, now, room } = log;
    const reaction = { roomId: room.id, messageId, emoji, userId, createdAt: now };
    const { count } = await tx.reaction.createMany({ data: [reaction], skipDuplicates: true });
    if (count === 0) return message;
    await requireFewEmojis(log, messageId);
    log.record({ ...log.next(), type: 'REACTIONS_CHANGED', message });
    return message;
  });
}

/** Removes a reaction of the viewer; removing it again is not an error. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, ROOM_ARCHIVED. */
export async function removeReaction(
  context: Context,
  { messageId, emoji: given }: ReactionChange,
): Promise<MessageRow> {
  const { userId } = requireViewer(context);
  const emoji = requireEmoji(given, ['emoji']);
  return changeMessage(context, messageId, async (log, message) => {
    const { count } = await log.tx.reaction.deleteMany({ where: { roomId: log.room.id, messageId, emoji, userId } });
    if (count > 0) log.record({ ...log.next(), type: 'REACTIONS_CHANGED', message });
    return message;
  });
}

/** Throws CONFLICT if the message has too many emojis, including the new reaction, which the error then rolls back. */
async function requireFewEmojis({ tx, room }: RoomLog, messageId: string): Promise<void> {
  const emojis = await tx.reaction.groupBy({ by: ['emoji'], where: { roomId: room.id, messageId } });
  const limit = limits.emojisPerMessage;
  if (emojis.length > limit) throw conflict(`A message can have at most ${limit} different emojis.`, ['emoji']);
}
