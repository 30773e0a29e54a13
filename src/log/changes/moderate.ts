import { isPublicSql, nowSql } from '../../access/standing.ts';
import { parseWithDates } from '../../base/json-dates.ts';
import type { Membership, Room, RoomRole } from '../../generated/prisma/client.ts';
import type { MembershipRow } from '../../graphql/nodes.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { type Change, type ChangeKind, type Row, verdictOfWritten } from './change.ts';
import { mayActOnMember, memberActedOn, moment, number, only, raised, refusalIn, roomAndMember } from './fragments.ts';
import { memberKey } from './join.ts';
import { rulesKey } from './update-room.ts';

/** A change of a membership that neither begins nor ends it. */
export interface Moderation extends Change {
  /** The user whose membership changes. */
  userId: string;
  /** RUN_OUT ends a ban and a mute whose time is over. Nobody does that: its `actorId` is the user's own. */
  action: 'MUTE' | 'UNMUTE' | 'UNBAN' | 'SET_ROLE' | 'RUN_OUT';
  /** For MUTE: when it ends. */
  until?: Date;
  /** Replaces the reason in the membership; SET_ROLE keeps it. */
  reason?: string | null;
  /** For SET_ROLE. */
  role?: RoomRole;
}

/** UNCHANGED: the membership was like that already. */
export type ModerationOutcome =
  | { verdict: 'WRITTEN' | 'UNCHANGED'; membership: MembershipRow & { room: Room }; room: Room }
  | { verdict: ModerationRefusal; membership: null; room: null };

/** FORBIDDEN: also a user on whom the actor may not act. */
export type ModerationRefusal = 'NO_ROOM' | 'BANNED' | 'FIXED' | 'FORBIDDEN' | 'NO_MEMBERSHIP' | 'LAST_OWNER';

// `isFreed`: the change ends a ban. In a public room, the user may read again from its event on.
const text = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::"RoomRole"[])
      WITH ORDINALITY AS want(room, person, target, action, until, reason, role, place)
  ), ${moment}, judged AS MATERIALIZED (
    SELECT want.*, moment.now, head."lastEventNumber", member."id" AS known, ${isPublicSql('room."kind"')} AS "isPublic",
      member."state" = 'BANNED' AND (action = 'UNBAN' OR action = 'RUN_OUT' AND member."bannedUntil" <= moment.now)
        AS "isFreed",
      CASE
        WHEN action = 'RUN_OUT' THEN CASE
          WHEN member."bannedUntil" <= moment.now OR member."mutedUntil" <= moment.now THEN $8::text ELSE 'UNCHANGED'
        END
        WHEN refusal.text IS NOT NULL THEN refusal.text
        WHEN action <> 'SET_ROLE' AND want.target = want.person THEN 'FORBIDDEN'
        WHEN member."id" IS NULL OR action = 'SET_ROLE' AND member."state" <> 'JOINED' THEN 'NO_MEMBERSHIP'
        WHEN NOT ${mayActOnMember} THEN 'FORBIDDEN'
        WHEN action = 'MUTE' AND member."mutedUntil" = want.until
          AND member."moderationReason" IS NOT DISTINCT FROM want.reason THEN 'UNCHANGED'
        WHEN action = 'UNMUTE' AND member."mutedUntil" IS NULL THEN 'UNCHANGED'
        WHEN action = 'UNBAN' AND member."state" <> 'BANNED' THEN 'UNCHANGED'
        WHEN action = 'SET_ROLE' AND member."role" = want.role THEN 'UNCHANGED'
        WHEN action = 'SET_ROLE' AND member."role" = 'OWNER' AND second."id" IS NULL THEN 'LAST_OWNER'
        ELSE $8::text
      END AS verdict
    FROM moment CROSS JOIN want ${roomAndMember} ${memberActedOn}
    CROSS JOIN LATERAL (
      SELECT CASE action WHEN 'SET_ROLE' THEN ${refusalIn('SET_ROLES')} WHEN 'UNBAN' THEN ${refusalIn('BAN')}
        ELSE ${refusalIn('MUTE')} END AS text
    ) refusal
    LEFT JOIN LATERAL (
      SELECT other."id" FROM "Membership" other
      WHERE want.action = 'SET_ROLE' AND member."role" = 'OWNER' AND other."roomId" = want.room
        AND other."state" = 'JOINED' AND other."role" = 'OWNER' AND other."id" <> member."id"
      ORDER BY other."id" LIMIT 1
    ) second ON true
  ), numbered AS MATERIALIZED (
    SELECT judged.*, ${number} FROM judged
  ), changed AS (
    UPDATE "Membership" changing SET
      "role" = coalesce(fresh.role, changing."role"),
      "state" = CASE WHEN "isFreed" THEN 'LEFT' ELSE changing."state" END,
      "stateEventNumber" =
        CASE WHEN "isFreed" AND "isPublic" THEN "lastEventNumber" + number ELSE changing."stateEventNumber" END,
      "bannedUntil" = CASE WHEN "isFreed" THEN NULL ELSE changing."bannedUntil" END,
      "mutedUntil" = ${mutedAfter('changing')},
      "moderationReason" = ${reasonAfter('changing')}
    FROM (SELECT * FROM numbered WHERE verdict = 'WRITTEN') fresh
    WHERE ${only('changing."id"', 'fresh.known')}
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "userId", "occurredAt")
    SELECT room, "lastEventNumber" + number, 'MEMBERSHIP_CHANGED', CASE WHEN action <> 'RUN_OUT' THEN person END, target,
      now FROM numbered WHERE verdict = 'WRITTEN'
  ), ${raised({ lastEventNumber: 'max(number)' })}
  SELECT verdict, "lastEventNumber" + number AS event, now, "isFreed", "isPublic", before.body AS known, room.body AS room,
    before."mutedAfter", before."reasonAfter"
  FROM numbered
  LEFT JOIN LATERAL (
    SELECT to_jsonb(stored)::text AS body, ${mutedAfter('stored')} AS "mutedAfter", ${reasonAfter('stored')} AS "reasonAfter"
    FROM "Membership" stored WHERE stored."id" = numbered.known AND verdict IN ('WRITTEN', 'UNCHANGED') LIMIT 1
  ) before ON true
  LEFT JOIN LATERAL (
    SELECT to_jsonb(stored)::text AS body FROM "Room" stored
    WHERE stored."id" = numbered.room AND verdict IN ('WRITTEN', 'UNCHANGED') LIMIT 1
  ) room ON true
  ORDER BY place`;

/** SQL: until when the user of a row of `Membership` is muted after the change. */
function mutedAfter(row: string): string {
  return `CASE action WHEN 'MUTE' THEN until WHEN 'UNMUTE' THEN NULL
    WHEN 'RUN_OUT' THEN CASE WHEN ${row}."mutedUntil" > ${nowSql} THEN ${row}."mutedUntil" END
    ELSE ${row}."mutedUntil" END`;
}

/** SQL: the reason in a row of `Membership` after the change. That of a mute stays while the mute does. */
function reasonAfter(row: string): string {
  return `CASE WHEN action = 'SET_ROLE' OR action = 'RUN_OUT' AND ${row}."mutedUntil" > ${nowSql}
    THEN ${row}."moderationReason" ELSE reason END`;
}

/** Mutes, unmutes and unbans users, sets their roles, and ends bans and mutes whose time is over. */
export const moderate: ChangeKind<Moderation, ModerationOutcome> = {
  name: 'moderate',
  // All changes of a group are judged by the roles before the group. So a group with this change has no other one of the
  // actor's membership and, if it sets a role, no other change of roles in the room.
  keys: ({ roomId, actorId, userId, action }) => [
    ...new Set([memberKey(roomId, actorId), memberKey(roomId, userId)]),
    ...(action === 'SET_ROLE' ? [rulesKey(roomId)] : []),
  ],
  bytesOf: ({ reason }) => 2 * (reason?.length ?? 0),
  statement: (changes, isDone) => {
    const column = (name: keyof Moderation) => changes.map((change) => change[name] ?? null);
    const columns = (['roomId', 'actorId', 'userId', 'action', 'until', 'reason', 'role'] as const).map(column);
    return { name: 'moderate', text, values: [...columns, verdictOfWritten(isDone)] };
  },
  read: (changes, rows) => {
    const events: RoomEvent[] = [];
    const outcomes = rows.map((row, index): ModerationOutcome => {
      const { verdict } = row;
      // UNCHANGED without a membership: a RUN_OUT of one that was deleted.
      if (row.known === null) return { verdict: row.verdict, membership: null, room: null };
      const [room, before] = [parseWithDates(row.room) as Room, parseWithDates(row.known) as Membership];
      if (verdict === 'UNCHANGED') return { verdict, membership: { ...before, room }, room };
      const change = changes[index]!;
      const membership = { ...membershipAfter(before, row, change), room };
      const { roomId, actorId, action } = change;
      const event = { roomId, eventNumber: row.event, occurredAt: row.now, membership };
      events.push({ ...event, type: 'MEMBERSHIP_CHANGED', actorId: action === 'RUN_OUT' ? null : actorId });
      return { verdict, membership, room };
    });
    return { outcomes, events };
  },
};

function membershipAfter(before: Membership, row: Row, { role }: Moderation): Membership {
  const after = {
    ...before,
    role: role ?? before.role,
    mutedUntil: row.mutedAfter,
    moderationReason: row.reasonAfter,
  };
  if (!row.isFreed) return after;
  const stateEventNumber = row.isPublic ? row.event : before.stateEventNumber;
  return { ...after, state: 'LEFT', bannedUntil: null, stateEventNumber };
}
