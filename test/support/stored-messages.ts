import { innerId } from '../../src/base/ids.ts';
import type { Person } from './person.ts';
import { query } from './postgres-process.ts';
import type { TestServer } from './server.ts';

interface Stored {
  author: Person;
  count: number;
  text: string;
}

/** Writes many messages into the log of a room without sending them. No node gets an event. */
export async function storeMessages({ databaseUrl }: TestServer, roomId: string, stored: Stored): Promise<void> {
  const { author, count, text } = stored;
  const values = [innerId('Room', roomId), innerId('User', author.id), text, count];
  await query(
    databaseUrl,
    `WITH head AS (SELECT * FROM "RoomHead" WHERE "roomId" = $1::uuid), written AS (
       INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
       SELECT gen_random_uuid(), "roomId", "lastSequence" + n, "lastEventNumber" + n, $2::uuid, $3, gen_random_uuid()::text
       FROM head, generate_series(1, $4::int) n
     )
     UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + $4::int, "lastEventAt" = now(),
       "lastEventNumber" = "lastEventNumber" + $4::int WHERE "roomId" = $1::uuid`,
    values,
  );
}

/** Writes messages of the same text into a room. Each of them, except the first, replies to the one before. */
export async function storeReplies({ app }: TestServer, roomId: string, stored: Stored): Promise<void> {
  const { prisma } = app.services;
  const { author, count, text } = stored;
  const [room, authorId] = [innerId('Room', roomId), innerId('User', author.id)];
  await prisma.$executeRaw`
    WITH "written" AS (SELECT gen_random_uuid() AS id, n FROM generate_series(1, ${count}::int) n)
    INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId", "replyToId")
    SELECT w.id, ${room}::uuid, "lastSequence" + w.n, "lastEventNumber" + w.n, ${authorId}::uuid, ${text},
      gen_random_uuid()::text, "before".id
    FROM "RoomHead", "written" w LEFT JOIN "written" "before" ON "before".n = w.n - 1 WHERE "roomId" = ${room}::uuid`;
  await prisma.$executeRaw`
    UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + ${count}::int,
      "lastEventNumber" = "lastEventNumber" + ${count}::int WHERE "roomId" = ${room}::uuid`;
}
