import type pg from 'pg';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import type { ModelMember, RoomState } from './room-state.ts';

/** A room as texts that a test compares: from PostgreSQL, or from the model. */
export interface RoomPicture {
  head: string;
  members: string[];
  messages: string[];
  events: string[];
}

const statements = {
  head: `SELECT concat_ws(' ', h."lastSequence", h."lastEventNumber", h."memberCount", r."archivedAt" IS NOT NULL, r."name",
      CASE WHEN h."lastEventAt" IS NOT DISTINCT FROM (
        SELECT "occurredAt" FROM (
          SELECT "eventNumber", "occurredAt" FROM "RoomEvent" WHERE "roomId" = $1
          UNION ALL SELECT "eventNumber", "createdAt" FROM "Message" WHERE "roomId" = $1
        ) events ORDER BY "eventNumber" DESC LIMIT 1
      ) THEN 'dated' END)
    FROM "Room" r JOIN "RoomHead" h ON h."roomId" = r."id" WHERE r."id" = $1`,
  members: `SELECT concat_ws(' ', "id", "userId", "role", "state", "stateEventNumber", "lastReadSequence",
      coalesce((1000 * extract(epoch FROM "mutedUntil"))::bigint::text, 'null'),
      coalesce((1000 * extract(epoch FROM "bannedUntil"))::bigint::text, 'null'), coalesce("moderationReason", 'null'))
    FROM "Membership" WHERE "roomId" = $1`,
  messages: `SELECT concat_ws(' ', "id", "sequence", "eventNumber", coalesce("authorId"::text, 'null'), coalesce("text", 'null'),
      "deletedAt" IS NOT NULL, "editedAt" IS NOT NULL, coalesce("replyToId"::text, 'null'),
      coalesce("changeNumber"::text, 'null'), (SELECT coalesce(string_agg("emoji" || ' ' || "userId", ',' ORDER BY ("emoji" || ' ' || "userId") COLLATE "C"), '')
        FROM "Reaction" r WHERE r."messageId" = m."id"))
    FROM "Message" m WHERE "roomId" = $1`,
  events: `SELECT concat_ws(' ', "eventNumber", "type", coalesce("actorId"::text, 'null'), coalesce("messageId", "userId")::text)
    FROM "RoomEvent" WHERE "roomId" = $1
    UNION ALL
    SELECT concat_ws(' ', "eventNumber", 'MESSAGE_ADDED', coalesce("authorId"::text, 'null'), "id")
    FROM "Message" WHERE "roomId" = $1`,
};

/** Reads a room. */
export async function storedRoom(sql: pg.Client, roomId: string): Promise<RoomPicture> {
  const texts = async (statement: string) => {
    const { rows } = await sql.query<string[]>({ text: statement, values: [roomId], rowMode: 'array' });
    return rows.map(([text = '']) => text.trim());
  };
  const [head = ''] = await texts(statements.head);
  const [members, messages] = [await texts(statements.members), await texts(statements.messages)];
  return { head, members: members.sort(), messages: messages.sort(), events: byNumber(await texts(statements.events)) };
}

/** Returns the same of a model's room. */
export function pictureOf(room: RoomState): RoomPicture {
  const { sequence, lastEvent, memberCount, isArchived, name, members, messages, events } = room;
  return {
    head: [sequence, lastEvent, memberCount, isArchived ? 't' : 'f', name, 'dated'].join(' '),
    members: [...members.values()].map(textOf).sort(),
    messages: [...messages.values()]
      .map((m) => {
        const marks = [
          m.isDeleted ? 't' : 'f',
          m.isEdited ? 't' : 'f',
          m.reply ?? 'null',
          m.changed ?? 'null',
          [...m.reactions].sort().join(','),
        ];
        return [m.id, m.sequence, m.event, m.authorId ?? 'null', m.text ?? 'null', ...marks].join(' ').trim();
      })
      .sort(),
    // PostgreSQL keeps what an event is about, and not how it was at the time.
    events: events.map((event) => {
      const [number, type, actor, subject] = event.split(' ');
      return [number, type, actor, ...(type === 'ROOM_UPDATED' ? [] : [subject])].join(' ');
    }),
  };
}

function textOf({ id, userId, role, state, stateEvent, seen, mutedUntil, bannedUntil, reason }: ModelMember): string {
  return [id, userId, role, state, stateEvent, seen, `${mutedUntil}`, `${bannedUntil}`, `${reason}`].join(' ');
}

/** Returns a published event as the model writes it. */
export function eventText(event: RoomEvent): string {
  const { eventNumber, type, actorId } = event;
  return `${eventNumber} ${type} ${actorId} ${subjectOf(event)}`;
}

function subjectOf(event: RoomEvent): string {
  switch (event.type) {
    case 'MEMBERSHIP_CHANGED':
      return [event.membership.userId, event.membership.state, event.membership.role].join(' ');
    case 'MESSAGE_ADDED':
    case 'MESSAGE_UPDATED':
      return `${event.message.id} ${event.message.text}`;
    case 'ROOM_UPDATED':
      return event.room.name ?? '';
    default:
      return event.message.id;
  }
}

export function byNumber(events: readonly string[]): string[] {
  return events.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/** Returns the rooms whose counters differ from their rows: numbers with a gap or twice, or a wrong number of members. */
export async function wrongRooms(sql: pg.Client): Promise<unknown[]> {
  const { rows } = await sql.query(`
    SELECT head.*, m.*, e.*, members.count AS members FROM "RoomHead" head
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS messages, coalesce(max("sequence"), 0) AS sequence FROM "Message" WHERE "roomId" = head."roomId"
    ) m
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS events, count(DISTINCT number)::int AS numbers, coalesce(max(number), 0) AS number FROM (
        SELECT "eventNumber" AS number FROM "Message" WHERE "roomId" = head."roomId"
        UNION ALL SELECT "eventNumber" FROM "RoomEvent" WHERE "roomId" = head."roomId"
      ) all_events
    ) e
    CROSS JOIN LATERAL (
      SELECT count(*)::int FROM "Membership" WHERE "roomId" = head."roomId" AND "state" = 'JOINED'
    ) members
    WHERE (m.messages, m.sequence) <> (head."lastSequence", head."lastSequence")
      OR (e.events, e.numbers, e.number) <> (head."lastEventNumber", head."lastEventNumber", head."lastEventNumber")
      OR members.count <> head."memberCount"`);
  return rows;
}
