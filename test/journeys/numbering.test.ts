import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { innerId } from '../../src/ids.ts';
import { MessageAddedDocument, NodeDocument } from '../generated/graphql.ts';
import { type Person, people, take } from '../support/person.ts';
import { join, leave, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer({ expectsFaults: true });
  ({ ada } = await people(server.url, 'Ada'));
});
afterAll(() => server.close());

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** What the database says of a room's numbers. */
async function numbersOf(roomId: string) {
  const { message, roomEvent, roomHead, membership } = server.app.services.prisma;
  const where = { roomId: innerId('Room', roomId) };
  const messages = await message.findMany({ where, orderBy: { sequence: 'asc' } });
  const events = await roomEvent.findMany({ where });
  const eventNumbers = [...messages, ...events].map(({ eventNumber }) => eventNumber).sort((a, b) => a - b);
  const joined = await membership.count({ where: { ...where, state: 'JOINED' } });
  return { head: await roomHead.findUniqueOrThrow({ where }), messages, eventNumbers, joined };
}

test('four who write at a time while others come and go leave no gap and no double in any count', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Rush hour' });
  const { barbara, grace, hedy, radia, sophie } = await people(
    server.url,
    'Barbara',
    'Grace',
    'Hedy',
    'Radia',
    'Sophie',
  );
  const writing = [ada, barbara, grace, hedy].map(async (writer) => {
    for (const n of upTo(25)) await say(writer, roomId, `${writer.name} ${n}`);
  });
  const passing = [radia, sophie].map(async (passer) => {
    for (const _round of upTo(6)) await join(passer, roomId).then(() => leave(passer, roomId));
    await join(passer, roomId);
  });
  await Promise.all([...writing, ...passing]);

  const { head, messages, eventNumbers, joined } = await numbersOf(roomId);

  expect(messages.map(({ sequence }) => sequence)).toEqual(upTo(head.lastSequence));
  expect(eventNumbers).toEqual(upTo(head.lastEventNumber));
  expect(messages.map(({ eventNumber }) => eventNumber)).toEqual(
    [...messages.map(({ eventNumber }) => eventNumber)].sort((a, b) => a - b),
  );
  expect([head.memberCount, joined]).toEqual([6, 6]);
  // 1 for the room, 100 written, a welcome for each of 3 writers and 14 joins, 12 goodbyes
  expect(head.lastSequence).toBe(1 + 100 + 3 + 14 + 12);
}, 60_000);

test('each writer’s own messages keep their order', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Queue' });
  const { grace } = await people(server.url, 'Grace');
  await Promise.all(
    [ada, grace].map(async (writer) => {
      for (const n of upTo(10)) await say(writer, roomId, String(n));
    }),
  );

  const { messages } = await numbersOf(roomId);

  for (const { id } of [ada, grace]) {
    const own = messages.filter(({ authorId }) => authorId === innerId('User', id));
    expect(own.map(({ text }) => text)).toEqual(upTo(10).map(String));
  }
});

test('whoever hears of a message finds it in the database', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Committed' });
  const { grace } = await people(server.url, 'Grace');
  const heard = grace.follow(MessageAddedDocument, { roomId });
  const found: unknown[] = [];
  const listening = (async () => {
    for (const n of upTo(10)) {
      const [event] = await take(heard, 1);
      const { node } = await grace.ask(NodeDocument, { id: event!.messageAdded.message.id });
      found.push({ n, isThere: node !== null });
    }
  })();
  await server.untilFollowed(roomId);

  for (const n of upTo(10)) await say(ada, roomId, `Message ${n}`);

  await listening;
  expect(found).toEqual(upTo(10).map((n) => ({ n, isThere: true })));
  await grace.close();
});

test('a send that fails in the database is heard by nobody and takes no number', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Undone' });
  const { grace } = await people(server.url, 'Grace');
  const heard = take(grace.follow(MessageAddedDocument, { roomId }), 1);
  await server.untilFollowed(roomId);
  const { prisma } = server.app.services;
  await prisma.$executeRaw`ALTER TABLE "Message" ADD CONSTRAINT no_doom CHECK ("text" <> 'Doomed') NOT VALID`;

  await expect(say(ada, roomId, 'Doomed')).rejects.toThrow('Something went wrong on the server');
  await say(ada, roomId, 'Alive');

  expect((await heard)[0]?.messageAdded.message).toMatchObject({ text: 'Alive', sequence: 2 });
  const { eventNumbers, head } = await numbersOf(roomId);
  expect(eventNumbers).toEqual(upTo(head.lastEventNumber));
  await grace.close();
});
