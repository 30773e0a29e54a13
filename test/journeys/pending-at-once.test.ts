import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { innerId } from '../../src/base/ids.ts';
import { edit, remove } from '../support/messages.ts';
import { type Person, people } from '../support/person.ts';
import { add, done, leave, makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** As long as a text can be in a result: six characters for each of it. */
const longest = `a${'\u0001'.repeat(3998)}b`;

let server: TestServer;
let ada: Person;
let grace: Person;
let hedy: Person;
/** Where a hundred of the longest messages are pending. */
let roomId: string;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, hedy } = await people(server.url, 'Ada', 'Grace', 'Hedy'));
  roomId = await makeGroup(ada, 'Archive', [grace, hedy]);
  const [room, author] = [innerId('Room', roomId), innerId('User', ada.id)];
  const { prisma } = server.app.services;
  await prisma.$transaction([
    prisma.$executeRaw`
      INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
      SELECT gen_random_uuid(), "roomId", "lastSequence" + n, "lastEventNumber" + n, ${author}::uuid, ${longest}, 'c' || n
      FROM "RoomHead", generate_series(1, 100) n WHERE "roomId" = ${room}::uuid`,
    prisma.$executeRaw`
      UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + 100, "lastEventNumber" = "lastEventNumber" + 100
      WHERE "roomId" = ${room}::uuid`,
  ]);
});
afterAll(async () => {
  await Promise.all([ada, grace, hedy].map((person) => person.close()));
  await server.close();
});

/** The first result of so many subscriptions of a person, which begin together. */
async function firstOf(person: Person, count: number, selection: string): Promise<object[]> {
  const document = parse(`subscription { viewerEvents { ${selection} } }`);
  const devices = Array.from({ length: count }, () => person.follow(document, {}));
  const results = await Promise.all(devices.map((device) => device.next()));
  await Promise.all(devices.map(async (device) => device.return?.()));
  return results.map(({ value }) => value.data as object);
}

/** Statements that read texts of messages. */
const textsRead = () => server.statements.filter((sql) => /SELECT m\..*to_jsonb\(author\)/s.test(sql)).length;

const snapshotsRead = () => server.statements.filter((sql) => sql.includes('octet_length')).length;

test('two hundred who follow one user begin at once, and read no text that none of them asks for', async () => {
  server.statements.length = 0;
  const results = await firstOf(grace, 200, '__typename');

  expect(results).toEqual(Array(200).fill({ viewerEvents: { __typename: 'ViewerSnapshot' } }));
  expect(textsRead()).toBe(0);
  expect(server.statements.filter((sql) => sql.includes('WITH ORDINALITY')).length).toBeLessThan(100);
});

test('the devices of a user read what is pending once, and show it alike', async () => {
  const { snapshotOf } = server.app.services.notifications;
  server.statements.length = 0;
  const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => snapshotOf(innerId('User', grace.id))));
  const messages = await Promise.all([first!, ...others].map((snapshot) => snapshot.messages()));

  expect(snapshotsRead()).toBe(1);
  expect(textsRead()).toBe(1);
  expect(new Set(messages).size).toBe(1);
  expect(messages[0]).toHaveLength(100);
  expect(messages[0]?.[0]).toMatchObject({
    text: longest,
    author: { displayName: 'Ada', createdAt: expect.any(Date) },
  });
});

test('what is pending of several users comes in order, a few of them in one statement', async () => {
  const selection =
    '... on ViewerSnapshot { pendingCount { value } pendingNotifications { message { sequence text } } }';
  const results = await Promise.all([grace, hedy].map((person) => firstOf(person, 1, selection)));

  for (const [result] of results) {
    const { viewerEvents } = result as {
      viewerEvents: { pendingNotifications: { message: { sequence: number; text: string } }[] };
    };
    const shown = viewerEvents.pendingNotifications.map(({ message }) => message);
    expect(shown.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 100 }, (_, index) => shown[0]!.sequence + index),
    );
    expect(shown.every(({ text }) => text === longest)).toBe(true);
    expect(viewerEvents).toMatchObject({ pendingCount: { value: 100 } });
  }
});

test('a snapshot that is shown later has nothing that was deleted meanwhile, or changed after its reader left', async () => {
  const { edsger, barbara } = await people(server.url, 'Edsger', 'Barbara');
  const place = await makeGroup(ada, 'Hall');
  await add(ada, place, [edsger, barbara]);
  const [deleted, edited] = [await say(ada, place, 'Wrong room'), await say(ada, place, 'Dinner at eight')];
  const { snapshotOf } = server.app.services.notifications;
  const [ofEdsger, ofBarbara] = await Promise.all(
    [edsger, barbara].map((person) => snapshotOf(innerId('User', person.id))),
  );

  done(await leave(edsger, place));
  done(await remove(ada, deleted.id));
  done(await edit(ada, edited.id, 'Dinner at nine'));

  expect(await ofEdsger?.messages()).toEqual([]);
  expect((await ofBarbara?.messages())?.map(({ text }) => text)).toEqual(['Dinner at nine']);
  await Promise.all([edsger, barbara].map((person) => person.close()));
});
