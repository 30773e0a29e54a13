import { highestId, lowestId } from '../base/ids.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { unreadOfMember } from '../reading/unread.ts';
import { columnsOf } from '../storage/columns.ts';
import { isCalledSql } from '../users/search.ts';

// These statements are prepared, perhaps while all tables are empty, and keep their plans. So they leave no choice but to
// look up each row by its key: `LIMIT 1` in a subquery and `OFFSET 0` keep PostgreSQL from joining in another way.

const columns = (table: string) => columnsOf(Prisma.MembershipScalarFieldEnum, table);

const [lowest, highest] = [`'${lowestId}'::uuid`, `'${highestId}'::uuid`];

/**
 * SQL: the memberships of a room or a user that make the user a member, between two ids. Rows are compared as a whole,
 * because equal columns would let PostgreSQL walk through another index, which has them further back.
 */
const membersBy = (table: string, parent: string, is: string, { from = lowest, to = highest } = {}) => `
  (${table}."${parent}", ${table}."state", ${table}."id") > (${is}, 'JOINED', ${from})
  AND (${table}."${parent}", ${table}."state", ${table}."id") < (${is}, 'JOINED', ${to})`;

/** SQL: the current memberships of user $1. */
const ownMemberships = (between = {}) => `
  SELECT ${columns('own')} FROM "Membership" own WHERE ${membersBy('own', 'userId', '$1::uuid', between)} OFFSET 0`;

/**
 * SQL: whether the room of a membership has a name like the patterns $4: a text as it was typed, and folded. A conversation
 * has the names of its other members.
 */
const isNamed = `(
  SELECT CASE WHEN room."name" IS NOT NULL THEN room."name" ILIKE ($4::text[])[1] ELSE (
    SELECT true FROM "Membership" other
    CROSS JOIN LATERAL (
      SELECT account."searchName", account."displayName", account."username" FROM "User" account WHERE account."id" = other."userId" LIMIT 1
    ) named
    WHERE ${membersBy('other', 'roomId', 'membership."roomId"')} AND other."userId" <> membership."userId"
      AND ${isCalledSql('named', '($4::text[])[2]')} LIMIT 1
  ) END
  FROM "Room" room WHERE room."id" = membership."roomId" LIMIT 1)`;

const kindOfRoom = `(SELECT room."kind"::text FROM "Room" room WHERE room."id" = membership."roomId" LIMIT 1)`;

/** SQL: those memberships that match a filter: $2 kinds, $3 only unread rooms, $4 patterns of a name; null: any. */
const matching = (memberships: string) => `
  SELECT ${columns('membership')}, head."lastSequence", coalesce(head."lastEventAt", 'infinity') AS "lastEventAt"
  FROM (${memberships}) membership
  CROSS JOIN LATERAL (
    SELECT counters."lastSequence", counters."lastEventAt" FROM "RoomHead" counters
    WHERE counters."roomId" = membership."roomId" LIMIT 1
  ) head
  WHERE ($2::text[] IS NULL OR ${kindOfRoom} = ANY($2))
    AND (NOT $3::boolean
      OR (head."lastSequence" > membership."lastReadSequence" AND (${unreadOfMember} LIMIT 1) IS NOT NULL))
    AND ($4::text[] IS NULL OR ${isNamed})`;

/** Counts the memberships that match, up to $5. */
export const countSql = `
  SELECT count(*)::int AS count FROM (SELECT FROM (${matching(ownMemberships())}) listed LIMIT $5::int) counted`;

/** Returns SQL of a page in the order of ids, strictly between $5 and $6, with at most $7 rows. */
export function joinedSql(direction: 'ASC' | 'DESC'): string {
  const between = ownMemberships({ from: '$5::uuid', to: '$6::uuid' });
  // Sorted before the filter, so that it tries no more memberships than it takes to fill the page.
  const sorted = `SELECT sorted.* FROM (${between}) sorted ORDER BY sorted."id" ${direction} OFFSET 0`;
  return `
    SELECT ${columns('listed')} FROM (${matching(sorted)}) listed ORDER BY listed."id" ${direction} LIMIT $7::int`;
}

/**
 * SQL: when the room of a listed membership was last active. Only the index of numbers has the order that it asks for;
 * other indexes begin with the room too. Never after its newest event, even if the clock of the
 * database was set back in between.
 */
const activity = `
  CROSS JOIN LATERAL (
    SELECT least(listed."lastEventAt", coalesce(
      (SELECT m."createdAt" FROM "Message" m
        WHERE m."roomId" = listed."roomId" AND m."sequence" BETWEEN listed."lastSequence" AND listed."lastSequence"
        ORDER BY m."sequence" LIMIT 1),
      (SELECT room."createdAt" FROM "Room" room WHERE room."id" = listed."roomId" LIMIT 1)
    )) AS at OFFSET 0
  ) activity`;

/** SQL: older than the position $5, $6 and newer than $7, $8. */
const isBetween = `(activity.at, listed."id") < ($5::timestamptz, $6::uuid)
  AND (activity.at, listed."id") > ($7::timestamptz, $8::uuid)`;

/**
 * SQL: a page in the order of activity, with at most $9 rows.
 *
 * Looking up the newest message of every room would be most of the cost of a long list. But a room's activity is never
 * after its newest event. So `late` takes the activity of the rooms with the newest events, enough to fill the page, and
 * the lowest one that would be on this page is a lower bound: rooms whose newest event is older are not on the page.
 * `late` takes 100 more than the page, because the newest event may be a reaction to an old message.
 */
export const newestFirstSql = `
  WITH matching AS MATERIALIZED (${matching(ownMemberships())}),
  late AS (
    SELECT activity.at FROM (
      SELECT listed.* FROM matching listed WHERE listed."lastEventAt" >= $7::timestamptz
      ORDER BY listed."lastEventAt" DESC OFFSET 0
    ) listed ${activity}
    WHERE ${isBetween} LIMIT 2 * $9::int + 100
  )
  SELECT ${columns('listed')}, activity.at AS "activeAt" FROM matching listed ${activity}
  WHERE listed."lastEventAt" >= $7::timestamptz
    AND listed."lastEventAt" >= coalesce(
      (SELECT late.at FROM late ORDER BY late.at DESC OFFSET $9::int - 1 LIMIT 1), '-infinity')
    AND ${isBetween}
  ORDER BY activity.at DESC, listed."id" DESC LIMIT $9::int`;

/** SQL: a page in the order of activity, from the oldest room, with at most $9 rows. */
export const oldestFirstSql = `
  WITH matching AS MATERIALIZED (${matching(ownMemberships())})
  SELECT ${columns('listed')}, activity.at AS "activeAt" FROM matching listed ${activity}
  WHERE listed."lastEventAt" >= $7::timestamptz AND ${isBetween}
  ORDER BY activity.at, listed."id" LIMIT $9::int`;
