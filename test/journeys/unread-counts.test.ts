import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { globalId, innerId } from '../../src/base/ids.ts';
import { MarkReadDocument } from '../generated/graphql.ts';
import { remove } from '../support/messages.ts';
import { ask, type Person, people } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { membershipsOf, read, readStateOf } from '../support/reading.ts';
import { add, done, join, leave, makeRoom, say } from '../support/rooms.ts';
import { seeds } from '../support/seeds.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let other: TestServer;
let everybody: Person[];
beforeAll(async () => {
  server = await startServer();
  other = await startServer({ databaseUrl: server.databaseUrl });
  everybody = Object.values(await people(server.url, 'Ada', 'Grace', 'Hedy', 'Radia'));
});
afterAll(async () => {
  await other.close();
  await server.close();
});

/** How far everybody has read in the rooms that they are in. */
class Book {
  readonly #positions = new Map<string, number>();

  has(roomId: string, person: Person): boolean {
    return this.#positions.has(`${roomId} ${person.id}`);
  }

  turnTo(roomId: string, person: Person, sequence: number): void {
    const key = `${roomId} ${person.id}`;
    this.#positions.set(key, Math.max(sequence, this.#positions.get(key) ?? 0));
  }

  close(roomId: string, person: Person): void {
    this.#positions.delete(`${roomId} ${person.id}`);
  }

  position(roomId: string, person: Person): number {
    return this.#positions.get(`${roomId} ${person.id}`) ?? Number.NaN;
  }
}

/** All messages of a room, oldest first. */
function messagesIn(roomId: string) {
  const where = { roomId: innerId('Room', roomId) };
  return server.app.services.prisma.message.findMany({ where, orderBy: { sequence: 'asc' } });
}

/** What somebody has not read, counted one by one. */
async function naiveCount(roomId: string, person: Person, book: Book) {
  const position = book.position(roomId, person);
  const left = (await messagesIn(roomId)).filter(
    ({ sequence, kind, authorId, deletedAt }) =>
      sequence > position && kind === 'USER' && authorId !== innerId('User', person.id) && !deletedAt,
  );
  const first = left[0] ? { id: globalId('Message', left[0].id) } : null;
  return {
    lastReadSequence: position,
    unreadCount: { value: left.length, isCapped: false },
    firstUnreadMessage: first,
  };
}

/** Somebody does something, and what they have read by it is written into the book. */
async function actAtRandom(random: Random, rooms: readonly string[], book: Book): Promise<void> {
  const [person, roomId] = [random.of(everybody), random.of(rooms)];
  const messages = await messagesIn(roomId);
  const newest = messages.at(-1)?.sequence ?? 0;
  const own = messages.filter(({ authorId, deletedAt }) => authorId === innerId('User', person.id) && !deletedAt);
  const isIn = book.has(roomId, person);
  if (!isIn) {
    // Sending joins too, and reads the welcome.
    if (random.isTrue(0.5)) return book.turnTo(roomId, person, (await say(person, roomId, 'Hi')).sequence);
    await join(person, roomId);
    return book.turnTo(roomId, person, newest);
  }
  const die = random.next();
  if (die < 0.5) book.turnTo(roomId, person, (await say(person, roomId, 'Hello')).sequence);
  else if (die < 0.65 && own.length > 0) await remove(person, globalId('Message', random.of(own).id));
  else if (die < 0.9) {
    const upTo = random.below(newest + 3);
    await read(person, roomId, upTo);
    book.turnTo(roomId, person, Math.min(upTo, newest));
  } else if (die < 0.95) {
    await leave(person, roomId);
    book.close(roomId, person);
  }
}

test.each(seeds({ few: 1, many: 4 }))(
  'counts are those of who counts one by one, whatever happens (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    const [ada] = everybody;
    const rooms = await Promise.all([1, 2, 3].map((n) => makeRoom(ada!, { kind: 'CHANNEL', name: `${seed} ${n}` })));
    const book = new Book();
    for (const roomId of rooms) book.turnTo(roomId, ada!, 1);
    let unread = 0;

    for (let action = 1; action <= 90; action += 1) {
      await actAtRandom(random, rooms, book);
      const person = random.of(everybody);
      const own = (await membershipsOf(person)).filter(({ room }) => rooms.includes(room.id));
      const expected = rooms.filter((roomId) => book.has(roomId, person));
      expect(own.map(({ room }) => room.id).sort()).toEqual([...expected].sort());
      for (const { room, readState } of own) {
        expect(readState).toMatchObject(await naiveCount(room.id, person, book));
        unread += readState!.unreadCount.value;
      }
    }

    expect(unread).toBeGreaterThan(100); // else this proves nothing
  },
  60_000,
);

test('many devices on two nodes that read in any order, and send meanwhile, end at the highest number', async () => {
  const random = new Random(7);
  const [ada, grace, hedy] = everybody as [Person, Person, Person, Person];
  const roomId = await makeRoom(ada, { kind: 'GROUP', name: 'Devices' });
  await add(ada, roomId, [grace, hedy]);
  for (let n = 0; n < 20; n += 1) await say(ada, roomId, `${n}`);
  const newest = (await messagesIn(roomId)).at(-1)!.sequence;
  const numbers = Array.from({ length: 100 }, () => 1 + random.below(newest));
  const hers = numbers.slice(0, 10);
  const readOn = async (node: TestServer, { token }: Person, upToSequence: number) =>
    done((await ask(node.url, MarkReadDocument, { input: { roomId, upToSequence } }, token)).data.markRead);

  const reading = numbers.map((upTo, n) => readOn(n % 2 ? server : other, grace, upTo));
  const sending = [1, 2, 3].map((n) => say(grace, roomId, `I am here ${n}`));
  await Promise.all([...reading, ...hers.map((upTo) => readOn(other, hedy, upTo))]);
  const sent = await Promise.all(sending);

  const highest = Math.max(...sent.map(({ sequence }) => sequence));
  expect((await readStateOf(grace, roomId))?.lastReadSequence).toBe(highest);
  expect((await readStateOf(hedy, roomId))?.lastReadSequence).toBe(Math.max(...hers));
});
