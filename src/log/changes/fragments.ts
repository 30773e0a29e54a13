import { mayActOnSql, rankSql } from '../../access/rank.ts';
import { type RightRefusal, type RoomPermission, refusalSql } from '../../access/rights.ts';
import { nowSql, standingSql, stateSql } from '../../access/standing.ts';

/*
 * SQL that the statements of several kinds share. A statement begins with `want`: one row for each change, with the columns
 * `room`, `person` (the user who makes the change) and `place` (its position, from 1).
 *
 * Every lookup is a LATERAL query with LIMIT 1, so that PostgreSQL can run it in one way only: storage/pool.ts says why. A
 * plain join that was planned while a table was nearly empty took 153 ms for a group, not 8.
 *
 * An UPDATE cannot look its rows up in that way. It compares their keys with `only(…)`: for PostgreSQL, that is no join by a
 * hash or a merge, so it looks up each row by its key.
 *
 * CTEs are not joined with each other: PostgreSQL compares every row with every row. Numbers come from window functions.
 */

/**
 * Condition of an UPDATE: `key`, of the table that it changes, equals `value`. In addition to a plain join, a list of all keys
 * would do as well, but PostgreSQL would sort it for each row: 6 µs of a message in a group of 64.
 */
export function only(key: string, value: string): string {
  return `${key} = ANY (ARRAY[${value}])`;
}

/** CTE: the time of all changes of a statement. The heads of their rooms are locked by then. */
export const moment = `moment AS MATERIALIZED (SELECT ${nowSql} AS now)`;

/** Column `number`: 1, 2, 3 … for the written changes of each room, in their order. */
export const number = `
  count(*) FILTER (WHERE verdict = 'WRITTEN') OVER (PARTITION BY room ORDER BY place ROWS UNBOUNDED PRECEDING)::int
  AS number`;

const rankColumns = {
  kind: 'room."kind"',
  state: 'own."state"',
  role: 'own."role"',
  mutedUntil: 'own."mutedUntil"',
  bannedUntil: 'own."bannedUntil"',
  isAdmin: 'actor."isAdmin"',
};

/**
 * Joins: the room, its head, the membership of the person in it, the person as JSON (`actor.body`), and the person's standing
 * and rank.
 */
export const roomAndMember = `
  LEFT JOIN LATERAL (
    SELECT "id", "kind", "archivedAt", "postingPolicy", "slowModeSeconds" FROM "Room" WHERE "id" = want.room LIMIT 1
  ) room ON true
  LEFT JOIN LATERAL (
    SELECT "lastSequence", "lastEventNumber", "memberCount" FROM "RoomHead" WHERE "roomId" = want.room LIMIT 1
  ) head ON true
  LEFT JOIN LATERAL (
    SELECT "id", "state", "role", "bannedUntil", "mutedUntil", "lastMessageAt" FROM "Membership"
    WHERE "roomId" = want.room AND "userId" = want.person LIMIT 1
  ) own ON true
  LEFT JOIN LATERAL (
    SELECT "isAdmin", row_to_json(profile)::text AS body FROM "User" profile WHERE "id" = want.person LIMIT 1
  ) actor ON true
  CROSS JOIN LATERAL (
    SELECT ${standingSql(rankColumns)} AS standing, ${rankSql(rankColumns)} AS rank OFFSET 0
  ) access`;

/** After `roomAndMember`: why the person may not do something, as text; null if they may. */
export function refusalIn(permission: RoomPermission): string {
  return refusalSql(permission, {
    rank: 'access.rank',
    kind: 'room."kind"',
    postingPolicy: 'room."postingPolicy"',
    archivedAt: 'room."archivedAt"',
  });
}

/** Joins, after `roomAndMember`: the membership of the user `want.target`, its state at present, and the user's rank. */
export const memberActedOn = `
  LEFT JOIN LATERAL (
    SELECT "id", "state", "role", "mutedUntil", "bannedUntil", "moderationReason" FROM "Membership"
    WHERE "roomId" = want.room AND "userId" = want.target LIMIT 1
  ) member ON true
  LEFT JOIN LATERAL (SELECT "isAdmin" FROM "User" WHERE "id" = want.target LIMIT 1) profile ON true
  CROSS JOIN LATERAL (
    SELECT ${stateSql({ state: 'member."state"', bannedUntil: 'member."bannedUntil"' })} AS state,
      ${rankSql({
        kind: 'room."kind"',
        state: 'member."state"',
        role: 'member."role"',
        mutedUntil: 'member."mutedUntil"',
        bannedUntil: 'member."bannedUntil"',
        isAdmin: 'profile."isAdmin"',
      })} AS rank
  ) theirs`;

/** After both: whether the person may act on the user, by the ranks of both. */
export const mayActOnMember = mayActOnSql('access.rank', 'theirs.rank');

/** Join: the message `want.message`. */
export const message = `
  LEFT JOIN LATERAL (SELECT * FROM "Message" WHERE "id" = want.message LIMIT 1) found ON true`;

/**
 * Why the person may not change the message, as text; null if they may. `refusal`: SQL, why they may not do that in the room.
 */
export function messageRefusal(refusal: string): string {
  return `CASE
    WHEN found."roomId" IS DISTINCT FROM want.room OR access.rank IN ('OUTSIDER', 'BANNED') THEN 'NO_MESSAGE'
    WHEN found."kind" = 'SYSTEM' THEN 'SYSTEM'
    ELSE ${refusal}
  END`;
}

/** Refusals of `messageRefusal`. */
export type MessageRefusal = 'NO_MESSAGE' | 'SYSTEM' | Exclude<RightRefusal, 'NO_ROOM' | 'BANNED' | 'FIXED'>;

/**
 * CTE: raises the counters of the rooms. `counts`: for each counter, SQL that counts over the rows of a room; `rows`: SQL,
 * the rows to count. They come from `numbered`.
 */
export function raised(counts: Partial<Record<Counter, string>>, rows = `verdict = 'WRITTEN'`): string {
  const names = Object.keys(counts);
  const added = names.map((name) => `${counts[name as Counter]} AS "${name}"`);
  const sums = names.map((name) => `"${name}" = head."${name}" + added."${name}"`);
  return `
  raised AS (
    UPDATE "RoomHead" head SET ${sums.join(', ')}, "lastEventAt" = added.at
    FROM (SELECT room, max(now) AS at, ${added.join(', ')} FROM numbered WHERE ${rows} GROUP BY room) added
    WHERE ${only('head."roomId"', 'added.room')}
  )`;
}

type Counter = 'lastSequence' | 'lastEventNumber' | 'memberCount';

/** Join: the user `id` as JSON, if `condition`; null otherwise. */
export function userJson(id: string, condition: string): string {
  return `
  LEFT JOIN LATERAL (
    SELECT row_to_json(profile)::text AS body FROM "User" profile WHERE profile."id" = ${id} AND ${condition} LIMIT 1
  ) account ON true`;
}
