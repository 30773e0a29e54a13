import { parseWithDates } from '../../base/json-dates.ts';
import type { Room, RoomRole } from '../../generated/prisma/client.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { type Change, type ChangeKind, verdictOfWritten } from './change.ts';
import { among, moment, number, raised, roomAndMember } from './fragments.ts';

/** New attributes of a room, or its end. */
export interface RoomUpdate extends Change {
  /** Attributes that are undefined stay. */
  name?: string;
  topic?: string | null;
  avatarUrl?: string | null;
  /** Whether the room can only be read from now on. */
  isArchived?: true;
  /** Roles whose members may make the change. */
  roles: readonly RoomRole[];
}

/** UNCHANGED: the room had these attributes already. */
export type UpdateOutcome = { verdict: 'WRITTEN' | 'UNCHANGED'; room: Room } | { verdict: UpdateRefusal; room: null };

/** FORBIDDEN: the user's role does not allow it. */
export type UpdateRefusal = 'NO_ROOM' | 'BANNED' | 'FORBIDDEN' | 'ARCHIVED';

// An attribute has two columns: whether it is set, and to which value. `roles` is a text such as 'OWNER MODERATOR'.
const text = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::boolean[], $6::text[], $7::boolean[],
        $8::text[], $9::boolean[], $10::text[])
      WITH ORDINALITY AS want(room, person, roles, "isArchiving", "hasName", "newName", "hasTopic", "newTopic",
        "hasAvatarUrl", "newAvatarUrl", place)
  ), ${moment}, judged AS MATERIALIZED (
    SELECT want.*, moment.now, head."lastEventNumber", CASE
      WHEN access.standing = 'outsider' THEN 'NO_ROOM'
      WHEN access.standing = 'banned' THEN 'BANNED'
      WHEN access.standing <> 'member' OR own."role"::text <> ALL (string_to_array(want.roles, ' ')) THEN 'FORBIDDEN'
      WHEN hall."archivedAt" IS NOT NULL THEN CASE WHEN "isArchiving" THEN 'UNCHANGED' ELSE 'ARCHIVED' END
      WHEN NOT "isArchiving" AND NOT ("hasName" AND "newName" IS DISTINCT FROM old."name")
        AND NOT ("hasTopic" AND "newTopic" IS DISTINCT FROM old."topic")
        AND NOT ("hasAvatarUrl" AND "newAvatarUrl" IS DISTINCT FROM old."avatarUrl") THEN 'UNCHANGED'
      ELSE $11::text
    END AS verdict
    FROM moment CROSS JOIN want ${roomAndMember}
    LEFT JOIN LATERAL (SELECT "name", "topic", "avatarUrl" FROM "Room" WHERE "id" = want.room LIMIT 1) old ON true
  ), numbered AS MATERIALIZED (
    SELECT judged.*, ${number} FROM judged
  ), updated AS (
    UPDATE "Room" changing SET
      "name" = CASE WHEN "hasName" THEN "newName" ELSE changing."name" END,
      "topic" = CASE WHEN "hasTopic" THEN "newTopic" ELSE changing."topic" END,
      "avatarUrl" = CASE WHEN "hasAvatarUrl" THEN "newAvatarUrl" ELSE changing."avatarUrl" END,
      "archivedAt" = CASE WHEN "isArchiving" THEN fresh.now ELSE changing."archivedAt" END
    FROM (SELECT * FROM numbered WHERE verdict = 'WRITTEN') fresh
    WHERE changing."id" = fresh.room AND ${among('changing."id"', 'room')}
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "occurredAt")
    SELECT room, "lastEventNumber" + number, 'ROOM_UPDATED', person, now FROM numbered WHERE verdict = 'WRITTEN'
  ), ${raised({ lastEventNumber: 'max(number)' })}
  SELECT verdict, "lastEventNumber" + number AS event, now, entrance.body AS room FROM numbered
  LEFT JOIN LATERAL (
    SELECT to_jsonb(stored)::text AS body FROM "Room" stored
    WHERE stored."id" = numbered.room AND verdict IN ('WRITTEN', 'UNCHANGED') LIMIT 1
  ) entrance ON true
  ORDER BY place`;

/** Changes attributes of a room, or archives it. */
export const updateRoom: ChangeKind<RoomUpdate, UpdateOutcome> = {
  name: 'update room',
  keys: ({ roomId }) => [rulesKey(roomId)],
  bytesOf: ({ name, topic, avatarUrl }) => 2 * [name, topic, avatarUrl].join('').length,
  statement: (changes, isDone) => ({
    name: 'update room',
    text,
    values: [
      changes.map(({ roomId }) => roomId),
      changes.map(({ actorId }) => actorId),
      changes.map(({ roles }) => roles.join(' ')),
      changes.map(({ isArchived }) => isArchived ?? false),
      ...attributes.flatMap((name) => [
        changes.map((change) => change[name] !== undefined),
        changes.map((change) => change[name] ?? null),
      ]),
      verdictOfWritten(isDone),
    ],
  }),
  read: (changes, rows) => {
    const events: RoomEvent[] = [];
    const outcomes = rows.map((row, index): UpdateOutcome => {
      const { verdict } = row;
      if (verdict !== 'WRITTEN' && verdict !== 'UNCHANGED') return { verdict, room: null };
      const before = parseWithDates(row.room) as Room;
      if (verdict === 'UNCHANGED') return { verdict, room: before };
      const change = changes[index]!;
      const room = { ...before, ...setBy(change, row.now) };
      const { roomId, actorId } = change;
      events.push({ type: 'ROOM_UPDATED', roomId, actorId, eventNumber: row.event, occurredAt: row.now, room });
      return { verdict, room };
    });
    return { outcomes, events };
  },
};

const attributes = ['name', 'topic', 'avatarUrl'] as const;

function setBy(change: RoomUpdate, now: Date): Partial<Room> {
  const set = attributes.filter((name) => change[name] !== undefined).map((name) => [name, change[name]]);
  return { ...Object.fromEntries(set), ...(change.isArchived && { archivedAt: now }) };
}

/** Returns the key of changes to the rules of a room: a group has one of them at most. */
export function rulesKey(roomId: string): string {
  return `rules ${roomId}`;
}
