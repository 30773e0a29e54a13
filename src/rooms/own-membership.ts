import { findRooms, viewerMemberships } from '../access/membership.ts';
import { isPublic } from '../access/standing.ts';
import type { Context } from '../graphql/context.ts';
import type { MembershipRow } from '../graphql/nodes.ts';
import { inDirectory } from './directory.ts';

/**
 * Returns the viewer's membership of a room, in any state; null if there is none. It shows a public room as the directory does,
 * also to a viewer who is banned, and a private one to members alone.
 */
export async function ownMembership(context: Context, roomId: string): Promise<MembershipRow | null> {
  const membership = await viewerMemberships(context).load(roomId);
  if (!membership) return null;
  const [room] = await findRooms(context, [roomId]);
  const shown = room && isPublic(room) ? { room: await inDirectory(context, room) } : {};
  return { ...membership, ...shown, isCurrent: true };
}
