import { coalesceDistinct } from '../base/coalesce.ts';
import type { Query } from '../storage/pool.ts';
import { notAMember, requireReading } from './refusals.ts';
import { type Standing, standingSql } from './standing.ts';

const standing = standingSql({
  kind: 'room."kind"',
  state: 'membership."state"',
  bannedUntil: 'membership."bannedUntil"',
});
const statement = `
  SELECT want.ordinal, ${standing} AS standing
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS want(room, member, ordinal)
  CROSS JOIN LATERAL (SELECT "kind" FROM "Room" WHERE "id" = want.room LIMIT 1) room
  LEFT JOIN LATERAL (
    SELECT "state", "bannedUntil" FROM "Membership" WHERE "roomId" = want.room AND "userId" = want.member LIMIT 1
  ) membership ON true`;

interface AccessRow {
  ordinal: string;
  standing: Standing;
}

/** Returns a user's standing with a room, as committed at the time of the call. */
export type StandingOf = (want: { roomId: string; userId: string }) => Promise<Standing>;

/**
 * Combines concurrent calls into one statement, and equal ones into one question: after an outage, thousands of readers
 * reconnect at once, many of them with several devices.
 */
export function standingsFrom(query: Query): StandingOf {
  const load = coalesceDistinct(async (keys: string[]) => {
    const wants = keys.map((key) => key.split(' '));
    const values = [wants.map(([roomId]) => roomId), wants.map(([, userId]) => userId)];
    const answers = wants.map((): Standing => 'outsider');
    for (const { ordinal, standing } of await query<AccessRow>('access', statement, values)) {
      answers[Number(ordinal) - 1] = standing;
    }
    return answers;
  });
  return ({ roomId, userId }) => load(`${roomId} ${userId}`);
}

/** Throws NOT_FOUND or BANNED unless the user may read the room. `path`: the input field that names the room. */
export async function requireAccess(
  standingOf: StandingOf,
  room: { roomId: string; userId: string },
  path: readonly string[] = ['roomId'],
): Promise<Standing> {
  const standing = await standingOf(room);
  requireReading(standing, path);
  return standing;
}

/** Throws NOT_FOUND or BANNED if the user may not read the room, and FORBIDDEN if they may but are not a member. */
export async function requireMembership(
  standingOf: StandingOf,
  room: { roomId: string; userId: string },
  path: readonly string[] = ['roomId'],
): Promise<void> {
  const standing = await requireAccess(standingOf, room, path);
  if (standing !== 'member') throw notAMember(path);
}
