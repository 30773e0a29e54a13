import type pg from 'pg';
import { newId } from '../../src/base/ids.ts';

interface Stored {
  userId: string;
  count: number;
}

/**
 * Creates rooms of a user and one other user each, with four messages at random times; every tenth has none. In every
 * 25th, something else happened later, and in every seventh the clock of the database was set back in between. Many rooms
 * share a millisecond.
 */
export async function storeRooms(client: pg.Client, { userId, count }: Stored): Promise<void> {
  const ids = Array.from({ length: count }, () => newId());
  await client.query(
    `WITH made AS (
      INSERT INTO "Room" ("id", "kind", "name", "conversationKey", "createdAt")
      SELECT id, (ARRAY['DIRECT', 'GROUP', 'SUPPORT'])[1 + n % 3]::"RoomKind", CASE n % 3 WHEN 1 THEN 'Room ' || n END,
        CASE WHEN n % 3 <> 1 THEN id END,
        '2026-01-01'::timestamptz + make_interval(secs => n % 50)
      FROM unnest($1::uuid[]) WITH ORDINALITY AS given(id, n)
    ), others AS (
      INSERT INTO "User" ("id", "username", "displayName")
      SELECT id, 'other-' || id, 'Other ' || n FROM unnest($1::uuid[]) WITH ORDINALITY AS given(id, n)
    )
    INSERT INTO "RoomHead" ("roomId", "lastSequence", "lastEventNumber", "lastEventAt")
    SELECT id, CASE WHEN n % 10 = 0 THEN 0 ELSE 4 END, 9,
      '2026-01-02'::timestamptz + make_interval(secs => CASE n % 25 WHEN 0 THEN 3000 ELSE n * 7 % 1000 + 4 - n % 7 / 6 * 99 END)
    FROM unnest($1::uuid[]) WITH ORDINALITY AS given(id, n)`,
    [ids],
  );
  await client.query(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber", "lastReadSequence")
    SELECT gen_random_uuid(), id, member, 1, n % 5
    FROM unnest($1::uuid[]) WITH ORDINALITY AS given(id, n), unnest(ARRAY[$2::uuid, id]) member`,
    [ids, userId],
  );
  await client.query(
    `INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "createdAt")
    SELECT gen_random_uuid(), id, number, number, id, 'Hello',
      '2026-01-02'::timestamptz + make_interval(secs => n * 7 % 1000 + number)
    FROM unnest($1::uuid[]) WITH ORDINALITY AS given(id, n), generate_series(1, 4) number WHERE n % 10 > 0`,
    [ids],
  );
}
