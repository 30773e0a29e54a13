import { innerId } from '../../src/base/ids.ts';
import type { Person } from './person.ts';
import type { TestServer } from './server.ts';

interface Stored {
  author: Person;
  count: number;
  text: string;
}

/** Writes messages straight into the log of a room, as many at once as no test could send. No node hears of them. */
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
