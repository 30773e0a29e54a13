import { coalesce } from '../base/coalesce.ts';
import { banned, forbidden, notFound } from '../base/errors.ts';
import type { Query } from '../storage/pool.ts';
import { type Standing, standingSql } from './standing.ts';

const statement = `
  SELECT want.place, ${standingSql({ kind: 'room."kind"', state: 'membership."state"' })} AS standing
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS want(room, member, place)
  JOIN "Room" room ON room."id" = want.room
  LEFT JOIN "Membership" membership ON membership."roomId" = want.room AND membership."userId" = want.member`;

interface AccessRow {
  place: string;
  standing: Standing;
}

/** Where a user stands with a room, as committed when this is asked. */
export type Access = (want: { roomId: string; userId: string }) => Promise<Standing>;

/** Answers for all who ask at a time in one statement: a thousand readers come back at once after a cut. */
export function accessFrom(query: Query): Access {
  return coalesce(async (wants) => {
    const values = [wants.map(({ roomId }) => roomId), wants.map(({ userId }) => userId)];
    const answers = wants.map((): Standing => 'outsider');
    for (const { place, standing } of await query<AccessRow>('access', statement, values)) {
      answers[Number(place) - 1] = standing;
    }
    return answers;
  });
}

/** Throws NOT_FOUND or BANNED unless the user may read the room; `path` is of the input that names it. */
export async function requireAccess(
  access: Access,
  room: { roomId: string; userId: string },
  path: readonly string[] = ['roomId'],
): Promise<Standing> {
  const standing = await access(room);
  if (standing === 'banned') throw banned(path);
  if (standing === 'outsider') throw notFound('room', path);
  return standing;
}

/** Throws NOT_FOUND or BANNED where the user may not read the room, and FORBIDDEN where they may without being a member. */
export async function requireMembership(...[access, room, path = ['roomId']]: Parameters<typeof requireAccess>) {
  const standing = await requireAccess(access, room, path);
  if (standing !== 'member') throw forbidden('Only members of the room can do this. Join it first.', path);
}
