import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { MessageAddedDocument } from '../generated/graphql.ts';
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

async function sayMany(writer: Person, roomId: string, count: number): Promise<void> {
  for (const n of upTo(count)) await say(writer, roomId, `${n}`);
}

/** Comes and goes so many times, and stays. */
async function pass(passer: Person, roomId: string, times: number): Promise<void> {
  for (const _time of upTo(times)) await join(passer, roomId).then(() => leave(passer, roomId));
  await join(passer, roomId);
}

test('four who write at a time while others come and go leave no gap and no double in any count', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Rush hour' });
  const { radia, sophie, ...others } = await people(server.url, 'Barbara', 'Grace', 'Hedy', 'Radia', 'Sophie');
  const writing = [ada, ...Object.values(others)].map((writer) => sayMany(writer, roomId, 25));
  await Promise.all([...writing, pass(radia, roomId, 6), pass(sophie, roomId, 6)]);

  const { head, messages, eventNumbers, joined } = await numbersOf(roomId);

  expect(messages.map(({ sequence }) => sequence)).toEqual(upTo(head.lastSequence));
  expect(eventNumbers).toEqual(upTo(head.lastEventNumber));
  expect(messages).toEqual([...messages].sort((a, b) => a.eventNumber - b.eventNumber));
  expect([head.memberCount, joined]).toEqual([6, 6]);
  // 1 for the room, 100 written, a welcome for each of 3 writers and 14 joins, 12 goodbyes
  expect(head.lastSequence).toBe(1 + 100 + 3 + 14 + 12);
}, 60_000);

test('each writer’s own messages keep their order', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Queue' });
  const { grace } = await people(server.url, 'Grace');
  await Promise.all([sayMany(ada, roomId, 10), sayMany(grace, roomId, 10)]);

  const { messages } = await numbersOf(roomId);

  for (const { id } of [ada, grace]) {
    const own = messages.filter(({ authorId }) => authorId === innerId('User', id));
    expect(own.map(({ text }) => text)).toEqual(upTo(10).map(String));
  }
});

test('whoever hears of a message finds it in the database', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Committed' });
  const { grace } = await people(server.url, 'Grace');
  const found = lookUpWhatIsHeard(grace, roomId, 10);
  await server.untilFollowed(roomId);

  await sayMany(ada, roomId, 10);

  expect(await found).toEqual(upTo(10).map(String));
  await grace.close();
});

/** The texts that are found by the ids of the next messages, each looked up as soon as it is heard of. */
async function lookUpWhatIsHeard(listener: Person, roomId: string, count: number): Promise<unknown[]> {
  const heard = listener.follow(MessageAddedDocument, { roomId });
  const found: unknown[] = [];
  for (const _message of upTo(count)) {
    const [event] = await take(heard, 1);
    const id = innerId('Message', event!.messageAdded.message.id);
    found.push((await server.app.services.prisma.message.findUnique({ where: { id } }))?.text);
  }
  return found;
}

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
