import { isConversation } from '../access/standing.ts';
import { invalidInput } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { requireUnblocked } from '../blocking/require-unblocked.ts';
import type { Room, RoomKind } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { requireUsers } from '../users/require.ts';
import { conversationKey } from './conversation-key.ts';
import { conversations, withinQuota } from './quota.ts';

/** Members of a conversation, the viewer included. */
export const maxMembers = 50;

/**
 * Returns the conversation of this kind between exactly the viewer and these users, and creates it if there is none.
 * Simultaneous calls return the same room; `isNew` is true for only one of them. Throws INVALID_INPUT, NOT_FOUND, and
 * BLOCKED if one of them has blocked the viewer, and RATE_LIMITED, unless the conversation exists.
 */
export async function openConversation(
  context: Context,
  { kind, userIds }: { kind: RoomKind; userIds: readonly string[] },
): Promise<{ room: Room; isNew: boolean }> {
  const { userId } = requireViewer(context);
  const { prisma, log } = context.services;
  if (!isConversation({ kind })) {
    throw invalidInput(`Expected DIRECT or SUPPORT, got ${kind}. For other rooms, use createRoom.`, ['kind'], 'kind');
  }
  const others = [...new Set(userIds)].filter((id) => id !== userId);
  if (others.length === 0) throw invalidInput('Expected at least one other user.', ['userIds'], 'minItems');
  if (others.length >= maxMembers) {
    const message = `A conversation can have at most ${maxMembers} members. For more, create a GROUP.`;
    throw invalidInput(message, ['userIds'], 'maxItems');
  }
  const key = conversationKey(kind, [userId, ...others]);
  const known = await prisma.room.findUnique({ where: { conversationKey: key } });
  if (known) return { room: known, isNew: false };
  await requireUsers(prisma, others, ['userIds']);
  await requireUnblocked(context, { userIds, field: 'userIds' });

  // If another node is inserting the same key, PostgreSQL waits for it, and inserts nothing if it succeeds.
  const insert = () =>
    log.insertRoom({
      id: newId(),
      kind,
      conversationKey: key,
      ...{ slug: null, name: null, topic: null, avatarUrl: null },
      createdById: userId,
      members: [userId, ...others].map((id) => ({ userId: id, role: 'MEMBER', isWelcomed: false })),
      isAnnounced: false,
    });
  const room = await withinQuota(context, {
    kind: conversations,
    count: 1,
    path: ['userIds'],
    run: insert,
    doneSince: (_at, inserted) => (inserted ? 1 : 0),
  });
  if (room) return { room, isNew: true };
  return { room: await prisma.room.findUniqueOrThrow({ where: { conversationKey: key } }), isNew: false };
}
