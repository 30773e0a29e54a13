import { randomUUID } from 'node:crypto';
import { text } from '../text.js';

/** @typedef {import('pg').Client} Client */

/** Authors of the rooms with a history. None of them is a member, so that a member has written nothing of what is unread. */
const authorCount = 20;
/** A member has not read 0 to this many messages of a room. */
const maxUnread = 120;
const emojis = ['👍', '🎉', '😂'];

/** Creates empty rooms whose heads already have the final counts. @param {Client} client @param {{ kind: string, count: number, members: number, messages: number }} options */
export async function addRooms(client, { kind, count, members, messages }) {
  const rooms = Array.from({ length: count }, () => randomUUID());
  await client.query(
    `INSERT INTO "Room" ("id", "kind", "slug", "name")
     SELECT id, $2::"RoomKind", 'bench-' || id, 'Bench ' || number
     FROM unnest($1::uuid[]) WITH ORDINALITY AS room(id, number)`,
    [rooms, kind],
  );
  await client.query(
    `INSERT INTO "RoomHead" ("roomId", "lastSequence", "lastEventNumber", "lastEventAt", "memberCount")
     SELECT id, $2, $2, CASE WHEN $2 > 0 THEN now() END, $3 FROM unnest($1::uuid[]) id`,
    [rooms, messages, members],
  );
  return rooms;
}

/**
 * Inserts the messages of rooms, one a minute: half of them have one to three emojis of one to five people, and a fifth
 * are replies.
 * @param {Client} client @param {{ rooms: string[], messages: number, reacting: string[] }} options
 */
export async function addMessages(client, { rooms, messages, reacting }) {
  const authors = Array.from({ length: authorCount }, () => randomUUID());
  await client.query(
    `INSERT INTO "User" ("id", "username", "displayName")
     SELECT id, 'author-' || id, 'Author ' || number FROM unnest($1::uuid[]) WITH ORDINALITY AS author(id, number)`,
    [authors],
  );
  await client.query(
    `INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId", "createdAt")
     SELECT uuidv7(), room, number, number, ($3::uuid[])[1 + number * 7 % $4], $5, 'message ' || number,
       now() - ($2::int - number) * interval '1 minute'
     FROM unnest($1::uuid[]) room, generate_series(1, $2::int) number`,
    [rooms, messages, authors, authorCount, text],
  );
  await client.query(
    `UPDATE "Message" reply SET "replyToId" = original."id" FROM "Message" original
     WHERE reply."sequence" % 5 = 0 AND original."roomId" = reply."roomId"
       AND original."sequence" = reply."sequence" - 3`,
  );
  await client.query(
    `INSERT INTO "Reaction" ("roomId", "messageId", "emoji", "userId", "createdAt")
     SELECT "roomId", "id", ($1::text[])[emoji], ($2::uuid[])[1 + ("sequence" * 7 + emoji * 3 + person) % $3],
       "createdAt" + (emoji * 10 + person) * interval '1 second'
     FROM "Message", generate_series(1, 3) emoji, generate_series(1, 5) person
     WHERE "sequence" % 2 = 0 AND emoji <= 1 + "sequence" % 3 AND person <= 1 + ("sequence" + emoji) % 5`,
    [emojis, reacting, reacting.length],
  );
}

/** Makes all users members of all rooms. @param {Client} client @param {{ rooms: string[], users: string[], lastSequence: number }} options */
export async function addMembers(client, { rooms, users, lastSequence }) {
  await client.query(
    `INSERT INTO "Membership"
       ("id", "roomId", "userId", "stateEventNumber", "lastReadSequence", "lastNotifiedSequence")
     SELECT uuidv7(), room, person, 0, position, position
     FROM unnest($1::uuid[]) WITH ORDINALITY AS room(room, "roomNumber"),
       unnest($2::uuid[]) WITH ORDINALITY AS person(person, "personNumber"),
       greatest(0, $3::int - ("personNumber" * 13 + "roomNumber" * 7) % $4) position`,
    [rooms, users, lastSequence, maxUnread + 1],
  );
}

/** Returns what the answers to a page and to a list of memberships must contain. @param {Client} client @param {{ rooms: string[], users: string[] }} options */
export async function expectations(client, { rooms, users }) {
  const ofRooms = await client.query(
    `SELECT "roomId" AS id, "lastSequence",
       (SELECT count(*)::int FROM "Message" message JOIN "Reaction" ON "messageId" = message."id"
         WHERE message."roomId" = head."roomId" AND "sequence" > "lastSequence" - 50) AS reactions,
       (SELECT count("replyToId")::int FROM "Message" message
         WHERE message."roomId" = head."roomId" AND "sequence" > "lastSequence" - 50) AS replies
     FROM "RoomHead" head WHERE "roomId" = ANY($1)`,
    [rooms],
  );
  const ofUsers = await client.query(
    `SELECT sum(least(100, "lastSequence" - "lastReadSequence"))::int AS unread
     FROM unnest($2::uuid[]) WITH ORDINALITY AS person("userId", number)
       JOIN "Membership" USING ("userId") JOIN "RoomHead" USING ("roomId")
     WHERE "roomId" = ANY($1) GROUP BY number ORDER BY number`,
    [rooms, users],
  );
  return { rooms: ofRooms.rows, unread: ofUsers.rows.map(({ unread }) => /** @type {number} */ (unread)) };
}
