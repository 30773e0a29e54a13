import { newId } from '../base/ids.ts';
import { parseWithDates } from '../base/json-dates.ts';
import type { Membership, PostingPolicy, Room, RoomRole } from '../generated/prisma/client.ts';
import { failureOf } from '../storage/failures.ts';
import type { Query } from '../storage/pool.ts';
import { retryLocked } from '../storage/retry-locked.ts';
import { lockRetryMs } from '../storage/timeouts.ts';
import { moment } from './changes/fragments.ts';
import type { RoomEvent } from './events/kinds.ts';
import { systemMessage } from './events/message-added.ts';

/** A room to insert. */
export interface RoomToInsert extends Omit<Room, 'createdAt' | 'archivedAt' | 'postingPolicy' | 'slowModeSeconds'> {
  createdById: string;
  /** MEMBERS unless given. */
  postingPolicy?: PostingPolicy;
  /** 0 unless given. */
  slowModeSeconds?: number;
  members: readonly { userId: string; role: RoomRole; isWelcomed: boolean }[];
  /** Whether its log begins with the message that the room was created. */
  isAnnounced: boolean;
}

/** The rows of a new log, numbered from 1. */
interface FirstRows {
  memberships: (Pick<Membership, 'id' | 'userId' | 'role'> & { eventNumber: number; seen: number })[];
  messages: {
    id: string;
    sequence: number;
    eventNumber: number;
    type: 'ROOM_CREATED' | 'MEMBER_JOINED';
    subjectId: string;
  }[];
}

/**
 * Inserts a room with its members and the beginning of its log. Returns null, and inserts nothing, if another room has its
 * slug or its conversation key. The caller publishes the events.
 *
 * It is a statement of its own, and not a change that a group makes: it may wait for another transaction that inserts the
 * same key, and a group must not wait while it has locked other rooms. Another attempt with the same id finds the room of
 * the first one.
 */
export async function insertRoom(
  write: Query,
  toInsert: RoomToInsert,
): Promise<{ room: Room; events: RoomEvent[] } | null> {
  const first = firstRows(toInsert);
  const insert = () => write<{ body: string }>('insert room', text, valuesOf(toInsert, first));
  const insertOnce = () => retryLocked(insert, lockRetryMs);
  const insertAgain = async (error: unknown) => {
    if (failureOf(error) !== 'LOST') throw error;
    const rows = await insertOnce();
    // Without a row, it may have waited for the first attempt: it does not see what was committed meanwhile.
    return rows.length > 0 ? rows : insertOnce();
  };
  const [row] = await insertOnce().catch(insertAgain);
  if (!row) return null;
  const room = parseWithDates(row.body) as Room;
  return { room, events: eventsOf(room, first) };
}

const text = `
  WITH ${moment}, room AS (
    INSERT INTO "Room"
      ("id", "kind", "slug", "name", "topic", "avatarUrl", "conversationKey", "createdById", "postingPolicy",
      "slowModeSeconds", "createdAt")
    SELECT $1::uuid, $2::"RoomKind", $3::text, $4::text, $5::text, $6::text, $7::text, $8::uuid, $22::"PostingPolicy",
      $23::int, now FROM moment
    ON CONFLICT DO NOTHING RETURNING *
  ), head AS (
    INSERT INTO "RoomHead" ("roomId", "lastSequence", "lastEventNumber", "lastEventAt", "memberCount")
    SELECT room."id", $9::int, $10::int, moment.now, $11::int FROM room CROSS JOIN moment
  ), entered AS (
    INSERT INTO "Membership"
      ("id", "roomId", "userId", "role", "joinedAt", "stateEventNumber", "lastReadSequence", "lastNotifiedSequence")
    SELECT entry.id, room."id", entry.newcomer, entry.role, moment.now, entry.event, entry.seen, entry.seen
    FROM room CROSS JOIN moment
    CROSS JOIN unnest($12::uuid[], $13::uuid[], $14::"RoomRole"[], $15::int[], $16::int[])
      AS entry(id, newcomer, role, event, seen)
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "userId", "occurredAt")
    SELECT room."id", entry.event, 'MEMBERSHIP_CHANGED', room."createdById", entry.newcomer, moment.now
    FROM room CROSS JOIN moment CROSS JOIN unnest($13::uuid[], $15::int[]) AS entry(newcomer, event)
  ), announced AS (
    INSERT INTO "Message"
      ("id", "roomId", "sequence", "eventNumber", "kind", "systemEventType", "systemSubjectId", "createdAt")
    SELECT line.id, room."id", line.sequence, line.event, 'SYSTEM', line.type, line.subject, moment.now
    FROM room CROSS JOIN moment
    CROSS JOIN unnest($17::uuid[], $18::int[], $19::int[], $20::"SystemEventType"[], $21::uuid[])
      AS line(id, sequence, event, type, subject)
  )
  SELECT to_jsonb(room)::text AS body FROM room
  UNION ALL SELECT to_jsonb(earlier)::text AS body FROM "Room" earlier WHERE earlier."id" = $1::uuid`;

function firstRows({ members, createdById, isAnnounced }: RoomToInsert): FirstRows {
  const rows: FirstRows = { memberships: [], messages: [] };
  const { memberships, messages } = rows;
  const nextEvent = () => memberships.length + messages.length + 1;
  const say = (type: 'ROOM_CREATED' | 'MEMBER_JOINED', subjectId: string) => {
    messages.push({ id: newId(), sequence: messages.length + 1, eventNumber: nextEvent(), type, subjectId });
  };
  if (isAnnounced) say('ROOM_CREATED', createdById);
  for (const { userId, role, isWelcomed } of members) {
    memberships.push({ id: newId(), userId, role, eventNumber: nextEvent(), seen: messages.length });
    if (isWelcomed) say('MEMBER_JOINED', userId);
  }
  return rows;
}

function valuesOf(room: RoomToInsert, { memberships, messages }: FirstRows): unknown[] {
  const { id, kind, slug, name, topic, avatarUrl, conversationKey, createdById } = room;
  const { postingPolicy = 'MEMBERS', slowModeSeconds = 0 } = room;
  return [
    ...[id, kind, slug, name, topic, avatarUrl, conversationKey, createdById],
    ...[messages.length, memberships.length + messages.length, memberships.length],
    memberships.map((row) => row.id),
    memberships.map((row) => row.userId),
    memberships.map((row) => row.role),
    memberships.map((row) => row.eventNumber),
    memberships.map((row) => row.seen),
    messages.map((row) => row.id),
    messages.map((row) => row.sequence),
    messages.map((row) => row.eventNumber),
    messages.map((row) => row.type),
    messages.map((row) => row.subjectId),
    ...[postingPolicy, slowModeSeconds],
  ];
}

function eventsOf(room: Room, { memberships, messages }: FirstRows): RoomEvent[] {
  const { id: roomId, createdAt, createdById: actorId } = room;
  const joined = memberships.map(({ eventNumber, seen, ...row }): RoomEvent => {
    const positions = { stateEventNumber: eventNumber, lastReadSequence: seen, lastNotifiedSequence: seen };
    const state = { state: 'JOINED', joinedAt: createdAt, notificationLevel: 'ALL', lastMessageAt: null } as const;
    const moderation = { mutedUntil: null, bannedUntil: null, moderationReason: null };
    const membership = { ...row, ...positions, ...state, ...moderation, roomId, room };
    return { type: 'MEMBERSHIP_CHANGED', roomId, eventNumber, occurredAt: createdAt, actorId, membership };
  });
  const said = messages.map(({ type, subjectId, ...numbers }) =>
    systemMessage(type, subjectId, { ...numbers, roomId, createdAt }),
  );
  return [...joined, ...said].toSorted((a, b) => a.eventNumber - b.eventNumber);
}
