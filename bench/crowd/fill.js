import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDatabase } from '../database.js';
import { connected } from '../fill.js';
import { fillGuests, newGuests, signTokens } from '../guests.js';
import { addMembers, addMessages, addRooms, expectations } from './fill-rooms.js';

/**
 * A community in a database; ids are PostgreSQL's.
 * @typedef {object} Community
 * @property {string} jwtSecret of the tokens
 * @property {Person[]} regulars members of `rooms` and of `busy`; regular i wrote message i of `busy`
 * @property {Person[]} talkers members of `talkRooms`
 * @property {Person[]} viewers members of nothing
 * @property {{ id: string, lastSequence: number, reactions: number, replies: number }[]} rooms with a history;
 *   `reactions` and `replies` are those of the newest 50 messages
 * @property {{ id: string, messages: string[] }} busy
 * @property {string[]} talkRooms
 * @property {string[]} streams
 * @property {number[]} unread what each regular has not read in all `rooms`, where each room counts at most 100
 */
/** @typedef {{ userId: string, token: string }} Person */

/**
 * Creates a database with a community, and closes it. `openCopy` opens copies of it.
 * @param {{ parley: string, folder: string, size: { people: number, viewers: number, messages: number } }} options
 */
export async function fillCommunity({ parley, folder, size }) {
  const database = await startDatabase({ parley, dataDir: join(folder, 'database') });
  const client = await connected(database.url);
  try {
    // Without checks of foreign keys and without waiting for the disk: only the final state matters.
    await client.query('SET session_replication_role = replica; SET synchronous_commit = off');
    const community = await fill(client, parley, size);
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
    writeFileSync(join(folder, 'community.json'), JSON.stringify(community));
  } finally {
    await client.end();
    await database.stop();
  }
}

/**
 * Starts a database with a copy of the community.
 * @param {{ parley: string, folder: string, dataDir: string, core?: number }} options
 */
export async function openCopy({ parley, folder, dataDir, core }) {
  const copy = join(dataDir, 'database');
  cpSync(join(folder, 'database'), copy, { recursive: true, preserveTimestamps: true });
  /** @type {Community} */
  const community = JSON.parse(readFileSync(join(folder, 'community.json'), 'utf8'));
  return { community, database: await startDatabase({ parley, dataDir: copy, core }) };
}

/** @param {import('pg').Client} client @param {string} parley @param {{ people: number, viewers: number, messages: number }} size @returns {Promise<Community>} */
async function fill(client, parley, { people, viewers, messages }) {
  const guests = newGuests(2 * people + viewers);
  await fillGuests(client, guests);
  const { jwtSecret, tokens } = await signTokens(parley, guests);
  const everyone = guests.map(({ userId }, index) => ({ userId, token: tokens[index] }));
  const regulars = everyone.slice(0, people);
  const talkers = everyone.slice(people, 2 * people);
  const idsOf = (/** @type {Person[]} */ some) => some.map(({ userId }) => userId);

  const rooms = await addRooms(client, { kind: 'CHANNEL', count: 50, members: people, messages });
  await addMessages(client, { rooms, messages, reacting: idsOf(regulars) });
  await addMembers(client, { rooms, users: idsOf(regulars), lastSequence: messages });
  const [busy] = await addRooms(client, { kind: 'CHANNEL', count: 1, members: people, messages: people });
  await addMembers(client, { rooms: [busy], users: idsOf(regulars), lastSequence: 0 });
  const talkRooms = await addRooms(client, { kind: 'CHANNEL', count: 50, members: people, messages: 0 });
  await addMembers(client, { rooms: talkRooms, users: idsOf(talkers), lastSequence: 0 });
  return {
    jwtSecret,
    regulars,
    talkers,
    viewers: everyone.slice(2 * people),
    busy: { id: busy, messages: await oneMessageEach(client, { room: busy, users: idsOf(regulars) }) },
    talkRooms,
    streams: await addRooms(client, { kind: 'STREAM', count: 2, members: 0, messages: 0 }),
    ...(await expectations(client, { rooms, users: idsOf(regulars) })),
  };
}

/** Inserts a message of each user into a room, and returns the ids. @param {import('pg').Client} client @param {{ room: string, users: string[] }} options */
async function oneMessageEach(client, { room, users }) {
  const ids = users.map(() => randomUUID());
  await client.query(
    `INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
     SELECT id, $1, number, number, author, 'The first version', 'message ' || number
     FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS message(id, author, number)`,
    [room, ids, users],
  );
  return ids;
}
