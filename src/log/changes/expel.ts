import { isConversationSql } from '../../access/standing.ts';
import { newId } from '../../base/ids.ts';
import { type Change, type ChangeKind, verdictOfWritten } from './change.ts';
import {
  type Departure,
  type DepartureOutcome,
  departureSql,
  departureValues,
  readDepartures,
  wantedDepartures,
} from './departure.ts';
import { roomAndMember } from './fragments.ts';
import { memberKey } from './join.ts';
import { rulesKey } from './update-room.ts';

/** UNCHANGED: the user was no member any more or, for a ban, was banned. */
export type ExpelOutcome = DepartureOutcome<ExpelRefusal>;

/** FORBIDDEN: an owner expels all others, a moderator only users without a role. */
export type ExpelRefusal = 'NO_ROOM' | 'FIXED' | 'FORBIDDEN' | 'NO_MEMBERSHIP';

const text = departureSql(
  `
  ${wantedDepartures}, decided AS MATERIALIZED (
    SELECT want.*, member."id" AS known, member."role", member."state" = 'JOINED' AS "wasMember",
      hall."archivedAt" IS NOT NULL AS "isArchived", head."lastSequence", head."lastEventNumber", head."memberCount",
      CASE
        WHEN access.standing = 'outsider' THEN 'NO_ROOM'
        WHEN ${isConversationSql('hall."kind"')} THEN 'FIXED'
        WHEN access.standing <> 'member' OR own."role" = 'MEMBER' OR want.target = want.person THEN 'FORBIDDEN'
        WHEN member."id" IS NULL THEN 'NO_MEMBERSHIP'
        WHEN own."role" = 'MODERATOR' AND member."role" <> 'MEMBER' THEN 'FORBIDDEN'
        WHEN member."state" = want.state OR want.state = 'REMOVED' AND member."state" <> 'JOINED' THEN 'UNCHANGED'
        ELSE $7::text
      END AS verdict
    FROM want ${roomAndMember}
    LEFT JOIN LATERAL (
      SELECT "id", "state", "role" FROM "Membership" WHERE "roomId" = want.room AND "userId" = want.target LIMIT 1
    ) member ON true
  )`,
  'MEMBER_REMOVED',
);

/** Removes a member, or bans a member or a former one, by an owner or a moderator. */
export const expel: ChangeKind<Departure, ExpelOutcome> = {
  name: 'expel',
  keys: ({ roomId, userId }) => [rulesKey(roomId), memberKey(roomId, userId)],
  statement: (changes, isDone) => ({
    name: 'expel',
    text,
    values: [...departureValues(changes), verdictOfWritten(isDone)],
  }),
  read: (changes, rows) => readDepartures<ExpelRefusal>(changes, rows, 'MEMBER_REMOVED'),
};

/** Returns a change with a new id. */
export function expelling(change: Change, userId: string, state: 'REMOVED' | 'BANNED'): Departure {
  return { ...change, userId, state, messageId: newId() };
}
