import { requireAccess, requireMembership } from '../access/access.ts';
import { notFound } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { Follower } from '../live/hub.ts';
import type { PassingSource } from '../live/passing.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import type { RoomHub, RoomHubs } from './room-hubs.ts';

interface Wanted {
  roomIds: readonly string[];
  /** Of the argument that names them. */
  path: readonly string[];
}

/**
 * The viewer's following of what is so in rooms right now: of each that which is, then what changes, until their access
 * ends. Throws NOT_FOUND and BANNED, and FORBIDDEN for what only members may follow.
 */
export async function followNow<Value extends { roomId: string }>(
  context: Context,
  hubs: RoomHubs<Value>,
  { roomIds, path }: Wanted,
): Promise<PassingSource<Value>> {
  const { userId } = requireViewer(context);
  const require = hubs.isForMembers ? requireMembership : requireAccess;
  const joined = new Map<RoomHub<Value>, Follower<Value>>();
  const leave = (room: RoomHub<Value>, roomId: string) => {
    const follower = joined.get(room);
    if (!follower) return;
    joined.delete(room);
    room.hub.remove(follower);
    hubs.release(roomId);
  };
  const leaves: (() => void)[] = [];
  const release = () => {
    for (const leaveOne of leaves) leaveOne();
  };
  let source: PassingSource<Value> | null = null;
  const join = async (roomId: string) => {
    const room = await hubs.acquire(roomId);
    if (!room) throw notFound('room', path);
    const end = () => {
      leave(room, roomId);
      if (joined.size === 0) source?.end();
    };
    // Joined before access is checked: whatever ends the access after the check is then told.
    const follower = { owner: userId, next: () => {}, end };
    joined.set(room, follower);
    room.hub.add(follower);
    leaves.push(() => leave(room, roomId));
    await require(context.services.access.standingOf, { roomId, userId }, path);
  };
  const outcomes = await Promise.allSettled([...new Set(roomIds)].map(join));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    release();
    throw failure.reason;
  }
  source = whileSignedIn<Value>(context, {
    begin: (next) => {
      for (const follower of joined.values()) follower.next = next;
      const stop = () => {
        for (const follower of joined.values()) follower.next = () => {};
      };
      return { first: [...joined.keys()].flatMap(({ state }) => state.first()), stop };
    },
    roomOf: ({ roomId }) => roomId,
    release,
  });
  if (joined.size === 0) source.end();
  return source;
}
