import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { fillGuests, newGuests } from '../guests.js';

/** @typedef {import('../guests.js').Guest} Guest */

/**
 * Creates guests and channels directly in the database; guest i is a member of channel i modulo their number.
 * @param {string} url of Parley's tables, empty @param {{ people: number, rooms: number }} size
 */
export async function fill(url, size) {
  const guests = newGuests(size.people);
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
