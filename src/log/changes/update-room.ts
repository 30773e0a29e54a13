import type { RightRefusal } from '../../access/rights.ts';
import { parseWithDates } from '../../base/json-dates.ts';
import type { PostingPolicy, Room } from '../../generated/prisma/client.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { type Change, type ChangeKind, verdictOfWritten } from './change.ts';
import { moment, number, only, raised, refusalIn, roomAndMember } from './fragments.ts';

/** New attributes of a room, or that it is archived or reopened. */
export interface RoomUpdate extends Change {
  /** Attributes that are undefined stay. */
  name?: string;
  topic?: string | null;
  avatarUrl?: string | null;
  postingPolicy?: PostingPolicy;
  slowModeSeconds?: number;
  /** Whether the room can only be read from now on; undefined to leave that as it is. */
  isArchived?: boolean;
}

/** UNCHANGED: the room had these attributes already. */
export type UpdateOutcome = { verdict: 'WRITTEN' | 'UNCHANGED'; room: Room } | { verdict: RightRefusal; room: null };

/** The attributes, with the type of each in SQL. */
const attributes = {
  name: 'text',
  topic: 'text',
  avatarUrl: 'text',
  postingPolicy: '"PostingPolicy"',
  slowModeSeconds: 'int',
} as const;
const names = Object.keys(attributes) as (keyof typeof attributes)[];

const written = `$${4 + 2 * names.length}::text`;

const perAttribute = (sql: (name: (typeof names)[number], at: number) => string, between: string) =>
  names.map(sql).join(between);

// An attribute has two columns, such as `sets name` and `new name`: whether it is set, and to which value.
const text = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[],
        ${perAttribute((name, at) => `$${4 + 2 * at}::boolean[], $${5 + 2 * at}::${attributes[name]}[]`, ', ')})
      WITH ORDINALITY AS want(room, person, "isArchiving",
        ${perAttribute((name) => `"sets ${name}", "new ${name}"`, ', ')}, place)
  ), ${moment}, judged AS MATERIALIZED (
    SELECT want.*, moment.now, head."lastEventNumber", coalesce(
      CASE WHEN "isArchiving" IS NULL THEN ${refusalIn('UPDATE_ROOM')} ELSE ${refusalIn('ARCHIVE_ROOM')} END,
      CASE
        WHEN "isArchiving" IS DISTINCT FROM (room."archivedAt" IS NOT NULL) AND "isArchiving" IS NOT NULL THEN ${written}
        WHEN ${perAttribute((name) => `"sets ${name}" AND "new ${name}" IS DISTINCT FROM old."${name}"`, ' OR ')}
          THEN ${written}
        ELSE 'UNCHANGED'
      END
    ) AS verdict
    FROM moment CROSS JOIN want ${roomAndMember}
    LEFT JOIN LATERAL (
      SELECT ${perAttribute((name) => `"${name}"`, ', ')} FROM "Room" WHERE "id" = want.room LIMIT 1
    ) old ON true
  ), numbered AS MATERIALIZED (
    SELECT judged.*, ${number} FROM judged
  ), updated AS (
    UPDATE "Room" changing SET
      ${perAttribute((name) => `"${name}" = CASE WHEN "sets ${name}" THEN "new ${name}" ELSE changing."${name}" END`, ', ')},
      "archivedAt" = CASE WHEN "isArchiving" THEN fresh.now WHEN NOT "isArchiving" THEN NULL ELSE changing."archivedAt" END
    FROM (SELECT * FROM numbered WHERE verdict = 'WRITTEN') fresh
    WHERE ${only('changing."id"', 'fresh.room')}
  ), recorded AS (
    INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "occurredAt")
    SELECT room, "lastEventNumber" + number, 'ROOM_UPDATED', person, now FROM numbered WHERE verdict = 'WRITTEN'
  ), ${raised({ lastEventNumber: 'max(number)' })}
  SELECT verdict, "lastEventNumber" + number AS event, now, stored.body AS room FROM numbered
  LEFT JOIN LATERAL (
    SELECT to_jsonb(stored)::text AS body FROM "Room" stored
    WHERE stored."id" = numbered.room AND verdict IN ('WRITTEN', 'UNCHANGED') LIMIT 1
  ) stored ON true
  ORDER BY place`;

/** Changes attributes of a room, archives it, or reopens it. */
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
      changes.map(({ isArchived }) => isArchived ?? null),
      ...names.flatMap((name) => [
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

function setBy(change: RoomUpdate, now: Date): Partial<Room> {
  const set = names.filter((name) => change[name] !== undefined).map((name) => [name, change[name]]);
  const { isArchived } = change;
  return { ...Object.fromEntries(set), ...(isArchived !== undefined && { archivedAt: isArchived ? now : null }) };
}

/** Returns the key of changes to the rules of a room: a group has one of them at most. */
export function rulesKey(roomId: string): string {
  return `rules ${roomId}`;
}
