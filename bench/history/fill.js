import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { startDatabase } from '../database.js';
import { text } from '../text.js';

const authors = 20;

/**
 * A room in the database; its messages are numbered from 1.
 * @typedef {{ id: string, messages: number }} Room
 */

/**
 * Creates a database with rooms full of messages, one per second by people in turn, and closes it.
 * @param {{ parley: string, dataDir: string, sizes: number[] }} options messages of each room
 * @returns {Promise<Room[]>}
 */
export async function fillRooms({ parley, dataDir, sizes }) {
  const database = await startDatabase({ parley, dataDir });
  const client = new pg.Client({ connectionString: database.url });
  try {
    await client.connect();
    // Without checks of foreign keys and without waiting for the disk: only the final state matters.
    await client.query('SET session_replication_role = replica; SET synchronous_commit = off');
    const people = await fillPeople(client);
    const rooms = sizes.map((messages) => ({ id: randomUUID(), messages }));
    await withoutIndexes(client, async () => {
      for (const room of rooms) await fillRoom(client, room, people);
    });
    // For the paging of the tutorials; Parley does not need this index.
    await client.query('CREATE INDEX "Message_by_time" ON "Message" ("roomId", "createdAt")');
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
    return rooms;
  } finally {
    await client.end();
    await database.stop();
  }
}

/** Drops the indexes during `work`: building an index at once is faster than row by row. @param {pg.Client} client @param {() => Promise<void>} work */
async function withoutIndexes(client, work) {
  const { rows } = await client.query(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'Message' AND indexname <> 'Message_pkey'`,
  );
  for (const { indexname } of rows) await client.query(`DROP INDEX "${indexname}"`);
  await work();
  await client.query(`SET maintenance_work_mem = '1GB'`);
  for (const { indexdef } of rows) await client.query(indexdef);
}

/** @param {pg.Client} client */
async function fillPeople(client) {
  const people = Array.from({ length: authors }, () => randomUUID());
  await client.query(
    `INSERT INTO "User" ("id", "username", "displayName") SELECT id, 'author-' || id, 'Author' FROM unnest($1::uuid[]) id`,
    [people],
  );
  return people;
}

/** @param {pg.Client} client @param {Room} room @param {string[]} people */
async function fillRoom(client, { id, messages }, people) {
  await client.query(
    `INSERT INTO "Room" ("id", "kind", "slug", "name") VALUES ($1, 'CHANNEL', 'bench-' || $1::uuid, 'Bench')`,
    [id],
  );
  await client.query(
    `INSERT INTO "RoomHead" ("roomId", "lastSequence", "lastEventNumber", "lastEventAt") VALUES ($1, $2, $2, now())`,
    [id, messages],
  );
  await client.query(
    `INSERT INTO "Message"
       ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId", "createdAt")
     SELECT uuidv7(), $1, number, number, ($3::uuid[])[1 + number % $4], $5, 'message ' || number,
       '2026-01-01'::timestamptz + number * interval '1 second'
     FROM generate_series(1, $2::int) number`,
    [id, messages, people, authors, text],
  );
}

/**
 * Creates a user, unless it exists, who is a member of the rooms and has read half of each.
 * @param {string} url @param {{ userId: string, rooms: Room[] }} membership
 */
export async function joinHalfRead(url, { userId, rooms }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO "User" ("id", "username", "displayName") VALUES ($1, 'reader-' || $1::uuid, 'Reader') ON CONFLICT DO NOTHING`,
      [userId],
    );
    await client.query(
      `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber", "lastReadSequence", "lastNotifiedSequence")
       SELECT uuidv7(), room, $2, 0, position, position FROM unnest($1::uuid[], $3::int[]) AS joined(room, position)`,
      [rooms.map(({ id }) => id), userId, rooms.map(({ messages }) => messages / 2)],
    );
    await client.query('VACUUM ANALYZE "Membership"');
  } finally {
    await client.end();
  }
}
