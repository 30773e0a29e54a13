import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** Creates rooms and people directly in the database, for servers that cannot; all people are members of all rooms. @param {string} url @param {{ rooms: number, people: number }} size */
export async function fill(url, size) {
  const rooms = Array.from({ length: size.rooms }, () => randomUUID());
  const people = Array.from({ length: size.people }, () => randomUUID());
  const client = await connected(url);
  try {
    await client.query(
      `INSERT INTO "User" ("id", "username", "displayName") SELECT id, 'sender-' || id, 'Sender' FROM unnest($1::uuid[]) id`,
      [people],
    );
    await client.query(
      `INSERT INTO "Room" ("id", "kind", "slug", "name") SELECT id, 'CHANNEL', 'bench-' || id, 'Bench' FROM unnest($1::uuid[]) id`,
      [rooms],
    );
    await client.query(`INSERT INTO "RoomHead" ("roomId") SELECT unnest($1::uuid[])`, [rooms]);
    await client.query(
      `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
       SELECT gen_random_uuid(), room, person, 0 FROM unnest($1::uuid[]) room, unnest($2::uuid[]) person`,
      [rooms, people],
    );
    await client.query('VACUUM ANALYZE');
    return { rooms, people };
  } finally {
    await client.end();
  }
}

/** Returns a connected client. @param {string} url */
export async function connected(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
