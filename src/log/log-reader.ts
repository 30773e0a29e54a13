import { parseWithDates } from '../base/json-dates.ts';
import type { Log, Position, Want } from '../live/log.ts';
import type { Query } from '../storage/pool.ts';
import { accessChangeOf } from './access-changes.ts';
import { messageOf, type RoomEvent } from './events/kinds.ts';
import { addedMessagesSql } from './events/message-added.ts';
import { recordedEventsSql } from './events/recorded.ts';
import { revisionBy } from './revision.ts';

const headsStatement = `
  SELECT "roomId", "epoch", "lastEventNumber", "lastEventAt" FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[])`;

/** The next events of each room, merged by number: at most `size` messages and `size` other events are read for it. */
const eventsStatement = `
  SELECT want.ordinal, event.body::text AS body
  FROM unnest($1::uuid[], $2::int[], $3::int[]) WITH ORDINALITY AS want(room, after, size, ordinal)
  CROSS JOIN LATERAL (
    SELECT number, body FROM ((${addedMessagesSql}) UNION ALL (${recordedEventsSql})) merged ORDER BY number LIMIT want.size
  ) event
  ORDER BY want.ordinal, event.number`;

interface HeadRow {
  roomId: string;
  epoch: string;
  lastEventNumber: number;
  lastEventAt: Date | null;
}

/**
 * Returns the durable logs of rooms for their feeds: messages and room events, merged by event number. `onRead` is called
 * at each statement that reads events.
 */
export function logReader(query: Query, onRead: () => void = () => {}): Log<RoomEvent> {
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
      for (const { ordinal, body } of await query<{ ordinal: string; body: string }>('events', eventsStatement, [
        wants.map(({ topic }: Want) => topic),
        wants.map(({ after }) => after),
        wants.map(({ limit }) => limit),
      ])) {
        events[Number(ordinal) - 1]?.push(parseWithDates(body) as RoomEvent);
      }
      return events;
    },
  };
}

/** Memory that an event takes without its text, with its author and room; an estimate. */
const bareEventBytes = 1500;

function bytesOf(event: RoomEvent): number {
  return bareEventBytes + 2 * (messageOf(event)?.text?.length ?? 0);
}
