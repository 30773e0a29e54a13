import type { RoomRow } from '../graphql/nodes.ts';
import { mayRead } from './standing.ts';

/** Returns whether the viewer's membership was read with the room, and lets the viewer read it. */
export function isKnownReadable(room: RoomRow): boolean {
  const { viewerMembership: membership } = room;
  return membership !== undefined && mayRead(room, membership);
}
