import { coalesce } from '../base/coalesce.ts';
import { banned, forbidden, notFound } from '../base/errors.ts';
import type { AccessChange } from '../live/ends.ts';
import type { RoomEvent } from '../log/events.ts';
import type { Query } from '../storage/pool.ts';
import { mayRead } from './membership.ts';

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

/**
 * Where a user stands with a room: a member, or somebody who may read it without being one, or is banned from a public one.
 * For everybody else the room is absent.
 */
export type Standing = 'member' | 'readable' | 'banned' | 'absent';

/** Where a user stands with a room, as committed when this is asked. */
export type Access = (want: { roomId: string; userId: string }) => Promise<Standing>;

/** Answers for all who ask at a time in one statement: a thousand readers come back at once after a cut. */
export function accessFrom(query: Query): Access {
  return coalesce(async (wants) => {
    const values = [wants.map(({ roomId }) => roomId), wants.map(({ userId }) => userId)];
    const answers = wants.map((): Standing => 'absent');
    for (const { place, kind, state } of await query<AccessRow>('access', statement, values)) {
      answers[Number(place) - 1] = standingOf({ kind, state });
    }
    return answers;
  });
}

function standingOf({ kind, state }: Pick<AccessRow, 'kind' | 'state'>): Standing {
  if (state === 'JOINED') return 'member';
  if (mayRead({ kind }, state && { state })) return 'readable';
  // That there is such a public room is no secret to those who are banned from it.
  return state === 'BANNED' && mayRead({ kind }, null) ? 'banned' : 'absent';
}

/** Throws NOT_FOUND or BANNED unless the user may read the room; `path` is of the input that names it. */
export async function requireAccess(
  access: Access,
  room: { roomId: string; userId: string },
  path: readonly string[] = ['roomId'],
): Promise<Standing> {
  const standing = await access(room);
  if (standing === 'banned') throw banned(path);
  if (standing === 'absent') throw notFound('room', path);
  return standing;
}

/** Throws NOT_FOUND or BANNED where the user may not read the room, and FORBIDDEN where they may without being a member. */
export async function requireMembership(...[access, room, path = ['roomId']]: Parameters<typeof requireAccess>) {
  const standing = await requireAccess(access, room, path);
  if (standing !== 'member') throw forbidden('Only a member of the room may do this: join first.', path);
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

/** The user who is a member of the room no more from this event on. */
export function endsMembershipOf(event: RoomEvent): string | null {
  if (event.type !== 'MEMBERSHIP_CHANGED') return null;
  const { state, stateEventNumber, userId } = event.membership;
  return state === 'JOINED' || event.eventNumber < stateEventNumber ? null : userId;
}

/** The change of somebody's access to the room that an event brings. */
export function accessBy(event: RoomEvent): AccessChange | null {
  if (event.type !== 'MEMBERSHIP_CHANGED') return null;
  const { membership, eventNumber, occurredAt } = event;
  const change = { owner: membership.userId, eventNumber, occurredAt };
  if (endsWhom(event)) return { ...change, isEnd: true };
  return membership.room && mayRead(membership.room, membership) ? { ...change, isEnd: false } : null;
}
