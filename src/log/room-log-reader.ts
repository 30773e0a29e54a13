import { accessBy } from '../access/access.ts';
import { parseWithDates } from '../base/json-dates.ts';
import type { Log, Position, Want } from '../live/log.ts';
import type { Query } from '../storage/pool.ts';
import { messageOf, type RoomEvent } from './events.ts';
import { revisionBy } from './revision.ts';

const headsStatement = `
  SELECT "roomId", "epoch", "lastEventNumber", "lastEventAt" FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[])`;

/** Each room's next events: at most so many of its messages and so many of its other events, merged by number. */
const eventsStatement = `
  SELECT want.place, event.body::text AS body
  FROM unnest($1::uuid[], $2::int[], $3::int[]) WITH ORDINALITY AS want(room, after, size, place)
  CROSS JOIN LATERAL (
    SELECT number, body FROM (
      (
        SELECT m."eventNumber" AS number, jsonb_build_object(
          'type', 'MESSAGE_ADDED', 'roomId', m."roomId", 'eventNumber', m."eventNumber", 'occurredAt', m."createdAt",
          'actorId', m."authorId",
          'message', to_jsonb(m) || jsonb_build_object('author', to_jsonb(author))
        ) AS body
        FROM "Message" m LEFT JOIN "User" author ON author."id" = m."authorId"
        WHERE m."roomId" = want.room AND m."eventNumber" > want.after
        ORDER BY m."eventNumber" LIMIT want.size
      ) UNION ALL (
        SELECT e."eventNumber", jsonb_build_object(
          'type', e."type", 'roomId', e."roomId", 'eventNumber', e."eventNumber", 'occurredAt', e."occurredAt",
          'actorId', e."actorId", 'actor', to_jsonb(actor),
          'message', to_jsonb(m) || jsonb_build_object('author', to_jsonb(author)),
          'membership', to_jsonb(ms) || jsonb_build_object('user', to_jsonb(member), 'room', to_jsonb(r)),
          'room', to_jsonb(r)
        )
        FROM "RoomEvent" e
        LEFT JOIN "User" actor ON actor."id" = e."actorId"
        LEFT JOIN "Message" m ON m."id" = e."messageId"
        LEFT JOIN "User" author ON author."id" = m."authorId"
        LEFT JOIN "Membership" ms
          ON e."type" = 'MEMBERSHIP_CHANGED' AND ms."roomId" = e."roomId" AND ms."userId" = e."userId"
        LEFT JOIN "User" member ON member."id" = ms."userId"
        LEFT JOIN "Room" r ON e."type" IN ('MEMBERSHIP_CHANGED', 'ROOM_UPDATED') AND r."id" = e."roomId"
        WHERE e."roomId" = want.room AND e."eventNumber" > want.after
        ORDER BY e."eventNumber" LIMIT want.size
      )
    ) merged ORDER BY number LIMIT want.size
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
    accessBy,
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
