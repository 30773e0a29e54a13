import { parseWithDates } from '../base/json-dates.ts';
import type { Log, Position, Want } from '../live/log.ts';
import type { Query } from '../storage/pool.ts';
import { accessChangeOf } from './access-changes.ts';
import { messageOf, type RoomEvent, recordedKinds } from './events/kinds.ts';
import { addedMessagesSql } from './events/message-added.ts';
import { revisionBy } from './revision.ts';

const headsStatement = `
  SELECT "roomId", "epoch", "lastEventNumber", "lastEventAt" FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[])`;

/** SQL that reads properties of events, and the types of events that it is for. */
const sources = new Map<string, { property: string; types: string[] }>();
for (const [type, { propertySql }] of Object.entries(recordedKinds)) {
  for (const [property, sql] of Object.entries(propertySql)) {
    const source = sources.get(sql) ?? { property, types: [] };
    source.types.push(`'${type}'`);
    sources.set(sql, source);
  }
}
/** As joins, each for all types at once: a sub-query for each event and type takes twice as long. */
const joins = [...sources].map(([sql, { property, types }]) => {
  return `LEFT JOIN LATERAL (${sql}) ${property} ON e."type" IN (${types.join(', ')})`;
});
const properties = [...sources.values()].map(({ property }) => `'${property}', ${property}.value`);

/** SQL: number and body of the events of `want.room` that are rows `e`. */
const recordedEventsSql = `
  SELECT e."eventNumber", jsonb_build_object(
    'type', e."type", 'roomId', e."roomId", 'eventNumber', e."eventNumber", 'occurredAt', e."occurredAt",
    'actorId', e."actorId", 'actor', to_jsonb(actor), ${properties.join(', ')}
  )
  FROM "RoomEvent" e LEFT JOIN "User" actor ON actor."id" = e."actorId" ${joins.join(' ')}
  WHERE e."roomId" = want.room AND e."eventNumber" > want.after
  ORDER BY e."eventNumber" LIMIT want.size`;

/** Each room's next events: at most so many of its messages and so many of its other events, merged by number. */
const eventsStatement = `
  SELECT want.place, event.body::text AS body
  FROM unnest($1::uuid[], $2::int[], $3::int[]) WITH ORDINALITY AS want(room, after, size, place)
  CROSS JOIN LATERAL (
    SELECT number, body FROM ((${addedMessagesSql}) UNION ALL (${recordedEventsSql})) merged ORDER BY number LIMIT want.size
  ) event
  ORDER BY want.place, event.number`;

interface HeadRow {
  roomId: string;
  epoch: string;
  lastEventNumber: number;
  lastEventAt: Date | null;
}

/** The durable log of rooms: messages and room events, merged by event number. `onRead`: at each statement for events. */
export function roomLogs(query: Query, onRead: () => void = () => {}): Log<RoomEvent> {
  return {
    heads: async (roomIds) => {
      const rows = await query<HeadRow>('heads', headsStatement, [roomIds]);
      const byRoom = new Map(rows.map((row) => [row.roomId, row]));
      return roomIds.map((roomId): Position | null => {
        const row = byRoom.get(roomId);
        return row ? { epoch: row.epoch, eventNumber: row.lastEventNumber, at: row.lastEventAt?.getTime() ?? 0 } : null;
      });
    },
    revisionBy,
    accessBy: accessChangeOf,
    bytesOf,
    read: async (wants) => {
      onRead();
      const events: RoomEvent[][] = wants.map(() => []);
      for (const { place, body } of await query<{ place: string; body: string }>('events', eventsStatement, [
        wants.map(({ topic }: Want) => topic),
        wants.map(({ after }) => after),
        wants.map(({ limit }) => limit),
      ])) {
        events[Number(place) - 1]?.push(parseWithDates(body) as RoomEvent);
      }
      return events;
    },
  };
}

/** About what an event keeps without its text, with its author and room. */
const bareEventBytes = 1500;

function bytesOf(event: RoomEvent): number {
  return bareEventBytes + 2 * (messageOf(event)?.text?.length ?? 0);
}
