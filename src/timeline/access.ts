import { banned, notFound } from '../errors.ts';
import type { RoomEvent } from '../events.ts';
import type { AccessChange } from '../live/ends.ts';
import { mayRead } from '../rooms/membership.ts';
import { inBatches } from '../storage/batches.ts';
import type { Query } from '../storage/pool.ts';

const statement = `
  SELECT want.place, room."kind", membership."state"
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS want(room, member, place)
  JOIN "Room" room ON room."id" = want.room
  LEFT JOIN "Membership" membership ON membership."roomId" = want.room AND membership."userId" = want.member`;

interface AccessRow {
  place: string;
  kind: Parameters<typeof mayRead>[0]['kind'];
  state: NonNullable<Parameters<typeof mayRead>[1]>['state'] | null;
}

/** Whether a user may read a room, as committed when this is asked. */
export type Access = (want: { roomId: string; userId: string }) => Promise<'readable' | 'banned' | 'absent'>;

/** Answers for all who ask at a time in one statement: a thousand readers come back at once after a cut. */
export function accessFrom(query: Query): Access {
  return inBatches(async (wants) => {
    const values = [wants.map(({ roomId }) => roomId), wants.map(({ userId }) => userId)];
    const answers = wants.map(() => 'absent' as Awaited<ReturnType<Access>>);
    for (const { place, kind, state } of await query<AccessRow>('access', statement, values)) {
      const isReadable = mayRead({ kind }, state && { state });
      // That there is such a public room is no secret to those who are banned from it.
      if (isReadable) answers[Number(place) - 1] = 'readable';
      else if (state === 'BANNED' && mayRead({ kind }, null)) answers[Number(place) - 1] = 'banned';
    }
    return answers;
  });
}

/** Throws NOT_FOUND or BANNED unless the user may read the room; `path` is of the input that names it. */
export async function requireAccess(
  access: Access,
  room: { roomId: string; userId: string },
  path: readonly string[] = ['roomId'],
): Promise<void> {
  const may = await access(room);
  if (may !== 'readable') throw may === 'banned' ? banned(path) : notFound('room', path);
}

/** The user who may no longer read the room from this event on. */
export function endsWhom(event: RoomEvent): string | null {
  if (event.type !== 'MEMBERSHIP_CHANGED') return null;
  const { membership, eventNumber } = event;
  const { room, stateEventNumber, userId } = membership;
  // Read from the log, an event shows the membership as it is now: what came before the end is still theirs to read.
  if (!room || mayRead(room, membership) || eventNumber < stateEventNumber) return null;
  return userId;
}

/** The change of somebody's access to the room that an event brings. */
export function accessBy(event: RoomEvent): AccessChange | null {
  if (event.type !== 'MEMBERSHIP_CHANGED') return null;
  const owner = endsWhom(event);
  if (owner) return { owner, isEnd: true };
  const { room, userId } = event.membership;
  return room && mayRead(room, event.membership) ? { owner: userId, isEnd: false } : null;
}
