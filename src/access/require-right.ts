import { notFound } from '../base/errors.ts';
import type { Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { findRooms, viewerMemberships } from './membership.ts';
import { rankOf } from './rank.ts';
import { rightMissing } from './refusals.ts';
import { type RoomPermission, refusalOf } from './rights.ts';

/**
 * Returns the room, if the viewer may do something in it. Throws NOT_FOUND, BANNED, FORBIDDEN, MUTED, ROOM_ARCHIVED.
 *
 * A statement that makes a change decides by itself. This keeps the attempts of other users out of the writer's queue, where
 * they would delay changes of the same room or member.
 */
export async function requireRight(
  context: Context,
  roomId: string,
  permission: RoomPermission,
  path: readonly string[] = ['roomId'],
): Promise<Room> {
  const { isAdmin } = requireViewer(context);
  const [[room], own] = await Promise.all([findRooms(context, [roomId]), viewerMemberships(context).load(roomId)]);
  if (!room) throw notFound('room', path);
  const refusal = refusalOf(permission, room, rankOf(room, own, { isAdmin }));
  if (refusal) throw rightMissing({ refusal, permission, mutedUntil: own?.mutedUntil ?? null }, path);
  return room;
}
