import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { ViewerEventsDocument, type ViewerEventsSubscription } from '../generated/graphql.ts';
import { Listener } from '../support/listener.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let edsger: Person;
const listeners: Listener<ViewerEventsSubscription>[] = [];
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, edsger } = await people(server.url, 'Ada', 'Grace', 'Edsger'));
});
afterAll(async () => {
  await Promise.all(listeners.map((listener) => listener.hangUp()));
  await Promise.all([ada.close(), grace.close(), edsger.close()]);
  await server.close();
});

/** Makes so many users, who need no device here, members of a room. */
async function fill(roomId: string, members: number): Promise<void> {
  const { prisma } = server.app.services;
  const room = innerId('Room', roomId);
  await prisma.$executeRaw`
    WITH fresh AS (
      INSERT INTO "User" ("id", "username", "displayName")
      SELECT gen_random_uuid(), 'member-' || n, 'Member ' || n FROM generate_series(1, ${members}::int) n RETURNING "id"
    )
    INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
    SELECT gen_random_uuid(), ${room}::uuid, "id", 1 FROM fresh`;
  await prisma.$executeRaw`UPDATE "RoomHead" SET "memberCount" = "memberCount" + ${members}::int WHERE "roomId" = ${room}::uuid`;
}

/** SQL statements from sending a message until all listeners have been notified of it. */
async function statementsOf(roomId: string, text: string): Promise<string[]> {
  server.statements.length = 0;
  await say(ada, roomId, text);
  await Promise.all(
    listeners.map((listener) =>
      listener.heard(
        ({ viewerEvents }) =>
          viewerEvents.__typename === 'NotificationAdded' && viewerEvents.notification.message.text === text,
      ),
    ),
  );
  return server.statements.filter((sql) => !/"epoch"|"revokedAt"|"lastActiveAt"/.test(sql));
}

test('a message costs the same in a room of 10,000 members as in one of three', async () => {
  const small = await makeGroup(ada, 'Small', [grace, edsger]);
  const large = await makeRoom(ada, { kind: 'GROUP', name: 'Large' }, [grace, edsger]);
  await fill(large, 10_000);
  for (const person of [grace, edsger]) {
    const listener = Listener.of(person, ViewerEventsDocument, {});
    await listener.heard(() => true);
    listeners.push(listener);
  }

  // The very first of each loads what is kept.
  for (const roomId of [small, large]) await statementsOf(roomId, `Hello ${roomId}`);
  const inSmall = await statementsOf(small, 'To three');
  const inLarge = await statementsOf(large, 'To ten thousand');

  expect(inLarge.length).toBe(inSmall.length);
  expect(inLarge.filter((sql) => /^\s*(INSERT|UPDATE|WITH)/.test(sql))).toHaveLength(1);
});
