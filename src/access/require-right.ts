import { notFound } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { RoomRow } from '../graphql/nodes.ts';
import { findRooms, viewerMemberships } from './membership.ts';
import { rankOf } from './rank.ts';
import { rightMissing } from './refusals.ts';
import { type RoomPermission, refusalOf } from './rights.ts';

/**
 * Returns the room, if the viewer may do something in it. Throws NOT_FOUND, BANNED, FORBIDDEN, MUTED, ROOM_ARCHIVED.
 *
 * The statement of the change decides once more. This check keeps refused attempts out of the writer's queue, where they
 * would delay changes of the same room or member.
 */
export async function requireRight(
  context: Context,
  roomId: string,
  permission: RoomPermission,
  path: readonly string[] = ['roomId'],
): Promise<RoomRow> {
  requireViewer(context);
  const [[room], own] = await Promise.all([findRooms(context, [roomId]), viewerMemberships(context).load(roomId)]);
  return requireRightIn(context, room && { ...room, viewerMembership: own }, permission, path);
}

/** Does what `requireRight` does, for a room that was read with the viewer's membership. */
export function requireRightIn(
  context: Context,
  room: RoomRow | null | undefined,
  permission: RoomPermission,
  path: readonly string[] = ['roomId'],
): RoomRow {
  if (!room) throw notFound('room', path);
  const own = room.viewerMembership ?? null;
  const refusal = refusalOf(permission, room, rankOf(room, own, requireViewer(context)));
  const until = refusal === 'BANNED' ? own?.bannedUntil : own?.mutedUntil;
  if (refusal) throw rightMissing({ refusal, permission, until }, path);
  return room;
}
