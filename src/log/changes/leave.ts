import { isConversationSql, isMemberSql } from '../../access/standing.ts';
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

/** UNCHANGED: the user had left before. */
export type LeaveOutcome = DepartureOutcome<LeaveRefusal>;

/** FIXED: the members of a conversation do not change. LAST_OWNER: the only owner of a room that has other members. */
export type LeaveRefusal = 'NO_MEMBERSHIP' | 'FIXED' | 'LAST_OWNER';

// Of several owners who leave in one group, each counts those before as gone. They are counted up to a limit, so that
// PostgreSQL can read them in one way only.
const text = departureSql(
  `
  ${wantedDepartures}, judged AS MATERIALIZED (
    SELECT want.*, own."id" AS known, own."role", true AS "wasMember", true AS "changesStanding",
      room."archivedAt" IS NOT NULL AS "isArchived", head."lastSequence", head."lastEventNumber", head."memberCount",
      others.count AS others, ${isMemberSql('own')} AND own."role" = 'OWNER' AS "isOwner",
      CASE
        WHEN own."id" IS NULL THEN 'NO_MEMBERSHIP'
        WHEN ${isConversationSql('room."kind"')} THEN 'FIXED'
        WHEN own."state" <> 'JOINED' THEN 'UNCHANGED'
        ELSE $9::text
      END AS may
    FROM want ${roomAndMember}
    LEFT JOIN LATERAL (
      SELECT count(*)::int AS count FROM (
        SELECT FROM "Membership" other
        WHERE own."role" = 'OWNER' AND other."roomId" = want.room AND ${isMemberSql('other')} AND other."role" = 'OWNER'
          AND other."id" <> own."id"
        ORDER BY other."id" LIMIT 1000
      ) owner
    ) others ON true
  ), queued AS (
    SELECT judged.*, row_number() OVER (PARTITION BY room, "isOwner" ORDER BY place) AS "ownersGone" FROM judged
  ), decided AS MATERIALIZED (
    SELECT queued.*, CASE
      WHEN may <> 'FIXED' AND "isOwner" AND "ownersGone" > others AND "memberCount" > "ownersGone" THEN 'LAST_OWNER'
      ELSE may
    END AS verdict FROM queued
  )`,
  'MEMBER_LEFT',
);

/** Ends the membership of a user who leaves, and announces it to small rooms that are not archived. */
export const leave: ChangeKind<Departure, LeaveOutcome> = {
  name: 'leave',
  keys: ({ roomId, userId }) => [memberKey(roomId, userId)],
  statement: (changes, isDone) => ({
    name: 'leave',
    text,
    values: [...departureValues(changes), verdictOfWritten(isDone)],
  }),
  read: (changes, rows) => readDepartures<LeaveRefusal>(changes, rows, 'MEMBER_LEFT'),
};

/** Returns a change with a new id. */
export function leaving({ roomId, actorId }: Change): Departure {
  return { roomId, actorId, userId: actorId, state: 'LEFT', messageId: newId(), until: null, reason: null };
}
