import { innerId } from '../../src/base/ids.ts';
import type { Person } from './person.ts';
import type { TestServer } from './server.ts';

interface Stored {
  author: Person;
  count: number;
  text: string;
}

/** Writes many messages into the log of a room without sending them. No node gets an event. */
export async function storeMessages({ app }: TestServer, roomId: string, stored: Stored): Promise<void> {
  const { prisma } = app.services;
  const { author, count, text } = stored;
  const [room, authorId] = [innerId('Room', roomId), innerId('User', author.id)];
  await prisma.$transaction([
    prisma.$executeRaw`
      INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
      SELECT gen_random_uuid(), "roomId", "lastSequence" + n, "lastEventNumber" + n, ${authorId}::uuid, ${text},
        gen_random_uuid()::text
      FROM "RoomHead", generate_series(1, ${count}::int) n WHERE "roomId" = ${room}::uuid`,
    prisma.$executeRaw`
      UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + ${count}::int, "lastEventAt" = now(),
        "lastEventNumber" = "lastEventNumber" + ${count}::int WHERE "roomId" = ${room}::uuid`,
  ]);
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
