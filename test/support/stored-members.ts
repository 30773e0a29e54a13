import { innerId } from '../../src/base/ids.ts';
import { query } from './postgres-process.ts';
import type { TestServer } from './server.ts';

/** Creates `count` users, who have no sessions, and makes them members of a room. The server's deadlines do not apply. */
export async function storeMembers({ databaseUrl }: TestServer, roomId: string, count: number): Promise<void> {
  const room = innerId('Room', roomId);
  await query(
    databaseUrl,
    `WITH fresh AS (
       INSERT INTO "User" ("id", "username", "displayName")
       SELECT gen_random_uuid(), 'member-' || n, 'Member ' || n FROM generate_series(1, ${count}) n RETURNING "id"
     )
     INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
     SELECT gen_random_uuid(), '${room}', "id", 1 FROM fresh;
     UPDATE "RoomHead" SET "memberCount" = "memberCount" + ${count} WHERE "roomId" = '${room}'`,
  );
}
