import { isMemberSql } from '../../access/standing.ts';
import { parseWithDates } from '../../base/json-dates.ts';
import { limits } from '../../base/limits.ts';
import type { Membership, MembershipState, Room, SystemEventType } from '../../generated/prisma/client.ts';
import type { MembershipRow } from '../../graphql/nodes.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { systemMessage } from '../events/message-added.ts';
import type { Change, Row } from './change.ts';
import { moment, number, only, raised } from './fragments.ts';

/** The end of a membership. */
export interface Departure extends Change {
  /** The user who is no longer a member. */
  userId: string;
  state: Exclude<MembershipState, 'JOINED'>;
  /** Id of the message that announces the end. If the banned user has never been a member, id of their new membership. */
  messageId: string;
  /** For BANNED: when the ban ends. */
  until: Date | null;
  /** Replaces the reason in the membership, unless the user leaves. */
  reason: string | null;
}

/**
 * Returns a statement that ends memberships. `decided`: CTEs that end with `decided`, which has the columns of `want`
 * (`room`, `person`, `target`, `state`, `id`, `until`, `reason`, `place`), `known` and `role` of the membership, `wasMember`
 * (whether the user is a member now), `changesStanding` (whether the user may do less from now on), `isArchived`, the counters
 * of the head, and `verdict`. Parameter `$1` is
 * `limits.welcomeMaxMembers`, `messageType` the type of the message.
 *
 * While the room has more members than that, a departure has no message; in an archived room, none has. If the last owner
 * goes, the member of `heirSql` becomes the owner: one more event, whose `actorId` is null.
 */
export function departureSql(decided: string, messageType: SystemEventType): string {
  return `
  WITH ${decided}, ${moment}, ranked AS (
    SELECT decided.*, ${number},
      CASE WHEN "isArchived" THEN "memberCount" ELSE greatest("memberCount" - $1::int, 0) END AS silent,
      count(*) FILTER (WHERE verdict = 'WRITTEN' AND "wasMember") OVER (
        PARTITION BY room ORDER BY place ROWS UNBOUNDED PRECEDING
      )::int AS leaving
    FROM decided
  ), counted AS (
    SELECT ranked.*, verdict = 'WRITTEN' AND "wasMember" AND leaving > silent AS "isAnnounced",
      greatest(leaving - silent, 0) AS announced
    FROM ranked
  ), numbered AS MATERIALIZED (
    SELECT counted.*, moment.now, "lastSequence" + announced AS sequence,
      "lastEventNumber" + number + announced - "isAnnounced"::int AS event,
      verdict = 'WRITTEN' AND row_number() OVER (PARTITION BY room, verdict ORDER BY place DESC) = 1 AS "isLast"
    FROM counted CROSS JOIN moment
  ), orphaned AS MATERIALIZED (
    SELECT room, array_agg(known) FILTER (WHERE known IS NOT NULL) AS gone, max(event + "isAnnounced"::int) + 1 AS event, max(now) AS now
    FROM numbered WHERE verdict = 'WRITTEN' GROUP BY room HAVING bool_or("role" = 'OWNER')
  ), heirs AS MATERIALIZED (
    SELECT orphaned.*, heir."id" AS heir, heir."userId" AS "heirUserId" FROM orphaned CROSS JOIN LATERAL (
      ${heirSql('orphaned.room', 'staying."id" <> ALL (orphaned.gone)')}
    ) heir WHERE heir."role" <> 'OWNER'
  ), ended AS (
    UPDATE "Membership" ending SET "state" = gone.state, "role" = 'MEMBER', "bannedUntil" = gone.until,
      "stateEventNumber" = CASE WHEN gone."changesStanding" THEN gone.event ELSE ending."stateEventNumber" END,
      "moderationReason" = CASE WHEN gone.state = 'LEFT' THEN ending."moderationReason" ELSE gone.reason END
    FROM (SELECT * FROM numbered WHERE verdict = 'WRITTEN') gone
    WHERE ${only('ending."id"', 'gone.known')}
  ), excluded AS (
    INSERT INTO "Membership"
      ("id", "roomId", "userId", "state", "joinedAt", "stateEventNumber", "bannedUntil", "moderationReason")
    SELECT id, room, target, state, NULL, event, until, reason FROM numbered WHERE verdict = 'WRITTEN' AND known IS NULL
  ), inherited AS (
    UPDATE "Membership" SET "role" = 'OWNER' WHERE "id" = ANY (ARRAY(SELECT heir FROM heirs))
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "userId", "occurredAt")
    SELECT room, event, 'MEMBERSHIP_CHANGED'::"RoomEventType", person, target, now
    FROM numbered WHERE verdict = 'WRITTEN'
    UNION ALL
    SELECT room, event, 'MEMBERSHIP_CHANGED'::"RoomEventType", NULL, "heirUserId", now FROM heirs
  ), announced AS (
    INSERT INTO "Message"
      ("id", "roomId", "sequence", "eventNumber", "kind", "systemEventType", "systemSubjectId", "createdAt")
    SELECT id, room, sequence, event + 1, 'SYSTEM', '${messageType}', target, now
    FROM numbered WHERE verdict = 'WRITTEN' AND "isAnnounced"
  ), ${raised({
    memberCount: '-max(leaving)',
    lastSequence: `count(*) FILTER (WHERE "isAnnounced")::int`,
    lastEventNumber: `max(number) + count(*) FILTER (WHERE "isAnnounced")::int
      + (SELECT count(*) FROM heirs WHERE heirs.room = numbered.room)::int`,
  })}
  SELECT verdict, numbered.event, sequence, "isAnnounced", "changesStanding", numbered.now, before.body AS known, room.body AS room,
    heirs.event AS "heirEvent", heir.body AS heir
  FROM numbered
  LEFT JOIN heirs ON heirs.room = numbered.room AND numbered."isLast"
  LEFT JOIN LATERAL (
    SELECT to_jsonb(ending)::text AS body FROM "Membership" ending WHERE ending."id" = numbered.known LIMIT 1
  ) before ON true
  LEFT JOIN LATERAL (
    SELECT to_jsonb(staying)::text AS body FROM "Membership" staying WHERE staying."id" = heirs.heir LIMIT 1
  ) heir ON true
  LEFT JOIN LATERAL (
    SELECT to_jsonb(stored)::text AS body FROM "Room" stored WHERE stored."id" = numbered.room LIMIT 1
  ) room ON true
  ORDER BY place`;
}

/**
 * SQL: the member who becomes the owner of a room that loses its last one, or another owner; no row if there is none. It is the
 * first by role (in the order of `RoomRole`), then by the age of the membership, who is not deactivated. `condition`: on
 * `staying`, a row of `Membership`. The room is locked meanwhile, so it reads little: owners and moderators have an index of
 * their own, and only without them it goes through the other members, up to the first who is not deactivated.
 */
export function heirSql(room: string, condition: string): string {
  const first = (roles: string, order: string) => `
    SELECT staying."id", staying."userId", staying."role" FROM "Membership" staying
    CROSS JOIN LATERAL (SELECT "deactivatedAt" FROM "User" WHERE "id" = staying."userId" LIMIT 1) account
    WHERE staying."roomId" = ${room} AND ${isMemberSql('staying')} AND staying."role" ${roles} AND ${condition}
      AND account."deactivatedAt" IS NULL
    ORDER BY ${order} LIMIT 1`;
  return `
    WITH leader AS MATERIALIZED (${first("<> 'MEMBER'", 'staying."role", staying."id"')})
    SELECT * FROM leader UNION ALL
    (${first("= 'MEMBER' AND NOT EXISTS (SELECT FROM leader)", 'staying."id"')})`;
}

/** The values of `departureSql`'s parameters `$1` to `$8`: the limit, and the columns of `want`. */
export function departureValues(departures: readonly Departure[]): unknown[] {
  const column = (name: keyof Departure) => departures.map((one) => one[name]);
  const columns = (['roomId', 'actorId', 'userId', 'state', 'messageId', 'until', 'reason'] as const).map(column);
  return [limits.welcomeMaxMembers, ...columns];
}

/** CTE: what `departureValues` gives, as rows `want`. */
export const wantedDepartures = `
  want AS MATERIALIZED (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::"MembershipState"[], $6::uuid[], $7::timestamptz[],
      $8::text[]) WITH ORDINALITY AS want(room, person, target, state, id, until, reason, place)
  )`;

/** A membership that has ended, now or before; null if the departure was refused. */
export type DepartureOutcome<Refusal extends string> =
  | { verdict: 'WRITTEN' | 'UNCHANGED'; membership: MembershipRow & { room: Room }; room: Room }
  | { verdict: Refusal; membership: null; room: null };

/** Reads the rows of `departureSql`. */
export function readDepartures<Refusal extends string>(
  departures: readonly Departure[],
  rows: readonly Row[],
  messageType: SystemEventType,
) {
  const events: RoomEvent[] = [];
  const outcomes = rows.map((row, index): DepartureOutcome<Refusal> => {
    const { verdict } = row;
    if (verdict !== 'WRITTEN' && verdict !== 'UNCHANGED') return { verdict, membership: null, room: null };
    const departure = departures[index]!;
    const room = parseWithDates(row.room) as Room;
    const before = row.known === null ? null : (parseWithDates(row.known) as Membership);
    if (verdict === 'UNCHANGED' && before) return { verdict, membership: { ...before, room }, room };
    // Only after a lost answer: an earlier attempt refused to ban a user who has never been a member.
    if (verdict === 'UNCHANGED') return { verdict: 'FORBIDDEN' as Refusal, membership: null, room: null };
    const membership = { ...membershipAfter(departure, row, before), room };
    events.push(...eventsOf(departure, row, { membership, messageType }));
    return { verdict, membership, room };
  });
  return { outcomes, events };
}

function membershipAfter(
  { messageId, roomId, userId, state, until, reason }: Departure,
  row: Row,
  before: Membership | null,
) {
  const first = { id: messageId, roomId, userId, joinedAt: null, lastReadSequence: 0, lastNotifiedSequence: 0 };
  const known: Membership = before ?? {
    ...first,
    ...{ role: 'MEMBER', notificationLevel: 'ALL', mutedUntil: null, moderationReason: null },
    ...{ state, bannedUntil: until, stateEventNumber: row.event, lastMessageAt: null },
  };
  return {
    ...known,
    state,
    role: 'MEMBER' as const,
    bannedUntil: until,
    moderationReason: state === 'LEFT' ? known.moderationReason : reason,
    stateEventNumber: row.changesStanding ? row.event : known.stateEventNumber,
  };
}

interface Ended {
  membership: MembershipRow & { room: Room };
  messageType: SystemEventType;
}

function eventsOf(departure: Departure, row: Row, { membership, messageType }: Ended): RoomEvent[] {
  const { roomId, actorId, userId, messageId } = departure;
  const change = { roomId, occurredAt: row.now, type: 'MEMBERSHIP_CHANGED' as const };
  const events: RoomEvent[] = [{ ...change, eventNumber: row.event, actorId, membership }];
  if (row.isAnnounced) {
    const numbers = { id: messageId, roomId, sequence: row.sequence, eventNumber: row.event + 1, createdAt: row.now };
    events.push(systemMessage(messageType, userId, numbers));
  }
  if (row.heir !== null) {
    const heir = { ...(parseWithDates(row.heir) as Membership), role: 'OWNER' as const, room: membership.room };
    events.push({ ...change, eventNumber: row.heirEvent, actorId: null, membership: heir });
  }
  return events;
}
