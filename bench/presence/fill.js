import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** Sessions expire after this time, which is longer than any run. */
const signedInForMs = 24 * 3600 * 1000;

/** A guest who is signed in on a device. @typedef {{ userId: string, sessionId: string, expiresAt: Date }} Guest */

/**
 * Creates guests and channels directly in the database; guest i is a member of channel i modulo their number.
 * @param {string} url of Parley's tables, empty @param {{ people: number, rooms: number }} size
 */
export async function fill(url, size) {
  const expiresAt = new Date(Date.now() + signedInForMs);
  const guests = Array.from({ length: size.people }, () => ({
    userId: randomUUID(),
    sessionId: randomUUID(),
    expiresAt,
  }));
  const rooms = Array.from({ length: size.rooms }, () => randomUUID());
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await fillGuests(client, guests);
    await fillRooms(client, { guests, rooms });
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
  return { guests, rooms };
}

/** @param {pg.Client} client @param {Guest[]} guests */
async function fillGuests(client, guests) {
  const userIds = guests.map(({ userId }) => userId);
  await client.query(
    `INSERT INTO "User" ("id", "username", "displayName", "kind")
     SELECT id, 'guest-' || id, 'Guest ' || number, 'GUEST' FROM unnest($1::uuid[]) WITH ORDINALITY AS guest(id, number)`,
    [userIds],
  );
  await client.query(
    `INSERT INTO "Session" ("id", "userId", "expiresAt")
     SELECT session, guest, $3 FROM unnest($1::uuid[], $2::uuid[]) AS signed(session, guest)`,
    [guests.map(({ sessionId }) => sessionId), userIds, guests[0].expiresAt],
  );
}

/** @param {pg.Client} client @param {{ guests: Guest[], rooms: string[] }} filled */
async function fillRooms(client, { guests, rooms }) {
  await client.query(
    `INSERT INTO "Room" ("id", "kind", "slug", "name") SELECT id, 'CHANNEL', 'bench-' || id, 'Bench' FROM unnest($1::uuid[]) id`,
    [rooms],
  );
  await client.query(`INSERT INTO "RoomHead" ("roomId") SELECT unnest($1::uuid[])`, [rooms]);
  await client.query(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
     SELECT gen_random_uuid(), room, guest, 0 FROM unnest($1::uuid[], $2::uuid[]) AS joined(room, guest)`,
    [guests.map((_guest, index) => rooms[index % rooms.length]), guests.map(({ userId }) => userId)],
  );
}
