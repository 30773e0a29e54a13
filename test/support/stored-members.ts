import { innerId } from '../../src/base/ids.ts';
import type { TestServer } from './server.ts';

/** Creates `count` users, who have no sessions, and makes them members of a room. */
export async function storeMembers({ app }: TestServer, roomId: string, count: number): Promise<void> {
  const { prisma } = app.services;
  const room = innerId('Room', roomId);
  await prisma.$executeRaw`
    WITH fresh AS (
      INSERT INTO "User" ("id", "username", "displayName")
      SELECT gen_random_uuid(), 'member-' || n, 'Member ' || n FROM generate_series(1, ${count}::int) n RETURNING "id"
    )
    INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
    SELECT gen_random_uuid(), ${room}::uuid, "id", 1 FROM fresh`;
  await prisma.$executeRaw`
    UPDATE "RoomHead" SET "memberCount" = "memberCount" + ${count}::int WHERE "roomId" = ${room}::uuid`;
}
