import { type Context, requireViewer } from '../graphql/context.ts';
import { readableRooms, viewerMemberships } from './membership.ts';
import { mayActOn, rankOf } from './rank.ts';

/** Returns whether the viewer may act on members of the room: as an owner, a moderator or an administrator. */
export async function viewerModerates(context: Context, roomId: string): Promise<boolean> {
  const [room, own] = await Promise.all([readableRooms(context).load(roomId), viewerMemberships(context).load(roomId)]);
  return room !== null && mayActOn(rankOf(room, own, requireViewer(context)), 'MEMBER');
}
