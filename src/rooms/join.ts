import { viewerMemberships } from '../access/membership.ts';
import { banned, type ChatError, notFound, roomArchived } from '../base/errors.ts';
import type { Membership, Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { type JoinRefusal, join, joining } from '../log/changes/join.ts';

/**
 * Makes the viewer a member of a public room. For a member of any room, nothing changes.
 * `room` is the room or its id. Throws ROOM_ARCHIVED, BANNED, and NOT_FOUND for a private room of others.
 */
export async function joinRoom(
  context: Context,
  roomId: string,
): Promise<{ membership: Membership; room: Room | string }> {
  const { userId: actorId } = requireViewer(context);
  const { verdict, membership, room } = await context.services.log.writer.write(join, joining({ roomId, actorId }));
  if (!membership) throw await refusals[verdict](context, roomId);
  return { membership, room: room ?? roomId };
}

const refusals: Record<JoinRefusal, (context: Context, roomId: string) => ChatError | Promise<ChatError>> = {
  NO_ROOM: () => notFound('room', ['roomId']),
  BANNED: async (context, roomId) =>
    banned((await viewerMemberships(context).load(roomId))?.bannedUntil ?? null, ['roomId']),
  ARCHIVED: () => roomArchived(['roomId']),
};
