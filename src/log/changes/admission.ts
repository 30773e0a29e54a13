import { parseWithDates } from '../../base/json-dates.ts';
import { limits } from '../../base/limits.ts';
import type { Membership, Room, User } from '../../generated/prisma/client.ts';
import type { MembershipRow } from '../../graphql/nodes.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { systemMessage } from '../events/message-added.ts';
import type { Row } from './change.ts';
import { moment, number, only, raised, userJson } from './fragments.ts';

/** Ids for the rows that an admission may write. */
export interface AdmissionIds {
  membershipId: string;
  /** Of the message that welcomes the new member. */
  welcomeId: string;
}

/** A user to admit to a room. */
export interface Admitted extends AdmissionIds {
  roomId: string;
  actorId: string;
  userId: string;
}

/**
 * Returns a statement that admits users to rooms. `decided`: CTEs that end with `decided`, which has the columns of `want`
 * (`room`, `person`, `newcomer`, `id`, `welcome`, `place`), `known` (id of the membership that the newcomer has already), the
 * counters of the head, and `verdict`. Parameter `$1` is `limits.welcomeMaxMembers`.
 *
 * While the room has fewer members than the limit, a new member also gets a welcome message, and so two events. Earlier
 * messages count as read.
 */
export function admissionSql(decided: string): string {
  return `
  WITH ${decided}, ${moment}, ranked AS (
    SELECT decided.*, greatest($1::int - "memberCount", 0) AS welcomes, ${number} FROM decided
  ), numbered AS MATERIALIZED (
    SELECT ranked.*, moment.now, number <= welcomes AS "isWelcomed",
      "lastSequence" + least(number - 1, welcomes) AS seen,
      "lastEventNumber" + number + least(number - 1, welcomes) AS event
    FROM ranked CROSS JOIN moment
  ), entered AS (
    INSERT INTO "Membership"
      ("id", "roomId", "userId", "joinedAt", "stateEventNumber", "lastReadSequence", "lastNotifiedSequence")
    SELECT id, room, newcomer, now, event, seen, seen FROM numbered WHERE verdict = 'WRITTEN' AND known IS NULL
  ), returned AS (
    UPDATE "Membership" earlier SET "role" = 'MEMBER', "state" = 'JOINED', "joinedAt" = now, "stateEventNumber" = event,
      "lastReadSequence" = seen, "lastNotifiedSequence" = seen, "bannedUntil" = NULL,
      "moderationReason" = CASE WHEN earlier."mutedUntil" IS NOT NULL THEN earlier."moderationReason" END
    FROM (SELECT * FROM numbered WHERE verdict = 'WRITTEN' AND known IS NOT NULL) back
    WHERE ${only('earlier."id"', 'back.known')}
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "userId", "occurredAt")
    SELECT room, event, 'MEMBERSHIP_CHANGED', person, newcomer, now FROM numbered WHERE verdict = 'WRITTEN'
  ), welcomed AS (
    INSERT INTO "Message"
      ("id", "roomId", "sequence", "eventNumber", "kind", "systemEventType", "systemSubjectId", "createdAt")
    SELECT welcome, room, seen + 1, event + 1, 'SYSTEM', 'MEMBER_JOINED', newcomer, now
    FROM numbered WHERE verdict = 'WRITTEN' AND "isWelcomed"
  ), ${raised({
    memberCount: 'max(number)',
    lastSequence: `count(*) FILTER (WHERE "isWelcomed")::int`,
    lastEventNumber: `max(number) + count(*) FILTER (WHERE "isWelcomed")::int`,
  })}
  SELECT verdict, event, seen, "isWelcomed", now, before.body AS known, room.body AS room, account.body AS account
  FROM numbered
  LEFT JOIN LATERAL (
    SELECT to_jsonb(earlier)::text AS body FROM "Membership" earlier WHERE earlier."id" = numbered.known LIMIT 1
  ) before ON true
  LEFT JOIN LATERAL (
    SELECT to_jsonb(stored)::text AS body FROM "Room" stored
    WHERE stored."id" = numbered.room AND numbered.verdict = 'WRITTEN' AND numbered.number = 1 LIMIT 1
  ) room ON true ${userJson('numbered.newcomer', `numbered.verdict = 'WRITTEN'`)}
  ORDER BY place`;
}

/** The values of `admissionSql`'s parameters `$1` to `$6`: the limit, and the columns of `want`. */
export function admissionValues(admitted: readonly Admitted[]): unknown[] {
  const column = (name: keyof Admitted) => admitted.map((one) => one[name]);
  const columns = (['roomId', 'actorId', 'userId', 'membershipId', 'welcomeId'] as const).map(column);
  return [limits.welcomeMaxMembers, ...columns];
}

/** CTE: what `admissionValues` gives, as rows `want`. */
export const wantedNewcomers = `
  want AS MATERIALIZED (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[])
      WITH ORDINALITY AS want(room, person, newcomer, id, welcome, place)
  )`;

/** The membership of an admitted user, or of one who was a member before; null if the user was not admitted. */
export interface Admission {
  verdict: string;
  membership: (MembershipRow & { room: Room }) | Membership | null;
  /** The room, if the user was admitted. */
  room: Room | null;
}

/** Reads the rows of `admissionSql`. */
export function readAdmissions(admitted: readonly Admitted[], rows: readonly Row[]) {
  const events: RoomEvent[] = [];
  const rooms = new Map<string, Room>();
  const outcomes = rows.map((row, index): Admission => {
    const one = admitted[index]!;
    if (row.room !== null) rooms.set(one.roomId, parseWithDates(row.room) as Room);
    const { verdict } = row;
    if (verdict !== 'WRITTEN' && verdict !== 'UNCHANGED') return { verdict, membership: null, room: null };
    const known = row.known === null ? null : (parseWithDates(row.known) as Membership);
    // Only after a lost answer: an earlier attempt refused the user, and now they could be admitted.
    if (verdict === 'UNCHANGED' && !known) return { verdict: 'NO_ROOM', membership: null, room: null };
    if (verdict === 'UNCHANGED') return { verdict, membership: known, room: null };
    const room = rooms.get(one.roomId)!;
    const membership = { ...membershipOf(one, row, known), user: parseWithDates(row.account) as User, room };
    events.push(...eventsOf(one, row, membership));
    return { verdict, membership, room };
  });
  return { outcomes, events };
}

function membershipOf({ membershipId, roomId, userId }: Admitted, row: Row, known: Membership | null): Membership {
  return {
    id: known?.id ?? membershipId,
    roomId,
    userId,
    role: 'MEMBER',
    state: 'JOINED',
    joinedAt: row.now,
    stateEventNumber: row.event,
    lastReadSequence: row.seen,
    lastNotifiedSequence: row.seen,
    lastMessageAt: known?.lastMessageAt ?? null,
    notificationLevel: known?.notificationLevel ?? 'ALL',
    // Leaving and coming back ends no mute.
    mutedUntil: known?.mutedUntil ?? null,
    bannedUntil: null,
    moderationReason: known?.mutedUntil ? known.moderationReason : null,
  };
}

function eventsOf(one: Admitted, row: Row, membership: MembershipRow & { room: Room }): RoomEvent[] {
  const { roomId, actorId, userId, welcomeId } = one;
  const change = { roomId, eventNumber: row.event, occurredAt: row.now, actorId };
  const joined: RoomEvent = { ...change, type: 'MEMBERSHIP_CHANGED', membership };
  if (!row.isWelcomed) return [joined];
  const numbers = { id: welcomeId, roomId, sequence: row.seen + 1, eventNumber: row.event + 1, createdAt: row.now };
  return [joined, systemMessage('MEMBER_JOINED', userId, numbers)];
}
