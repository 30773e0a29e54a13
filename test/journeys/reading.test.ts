import { beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { userTopic } from '../../src/log/topics.ts';
import { type ReadMoved, readsTopic } from '../../src/reading/read-moved.ts';
import {
  MarkReadDocument,
  PrivatePartsDocument,
  PrivatePartsLiveDocument,
  type PrivatePartsLiveSubscription,
  SetNotificationLevelDocument,
} from '../generated/graphql.ts';
import { Listener } from '../support/listener.ts';
import { remove } from '../support/messages.ts';
import { ask, type Person } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { ReadBook } from '../support/read-book.ts';
import { membershipsOf, read, readStateOf, tryRead, unreadIn, unreadOf } from '../support/reading.ts';
import { add, done, join, leave, makeChannel, makeGroup, roomOf, say } from '../support/rooms.ts';
import { seeds } from '../support/seeds.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server } = await withServer();

describe('a reader', () => {
  let ada: Person;
  let grace: Person;
  let hedy: Person;
  let roomId: string;
  beforeEach(async () => {
    ({ ada, grace, hedy } = await server.people('Ada', 'Grace', 'Hedy'));
    roomId = await roomOf(ada, grace);
  });

  function sayMany(author: Person, count: number, room = roomId) {
    return Promise.all(Array.from({ length: count }, (_, n) => say(author, room, `Message ${n}`)));
  }

  test('has the messages of others unread until they are marked as read', async () => {
    const first = await say(ada, roomId, 'Anybody here?');
    const second = await say(ada, roomId, 'Hello?');
    expect(await readStateOf(grace, roomId)).toMatchObject({
      unreadCount: { value: 2 },
      firstUnreadMessage: { id: first.id },
    });

    const between = await read(grace, roomId, first.sequence);
    const after = await read(grace, roomId, second.sequence);

    expect(between).toMatchObject({ unreadCount: { value: 1 }, firstUnreadMessage: { id: second.id } });
    const nothing = { value: 0, isCapped: false };
    expect(after).toEqual({ lastReadSequence: second.sequence, unreadCount: nothing, firstUnreadMessage: null });
  });

  test('has neither system messages nor deleted messages unread', async () => {
    const oops = await say(ada, roomId, 'Oops');
    const kept = await say(ada, roomId, 'Hello');
    await leave(hedy, (await join(hedy, await makeChannel(ada, 'Hall', [grace]))).room!.id);
    expect(await unreadOf(grace)).toMatchObject({ rooms: { value: 1 }, messages: { value: 2 } });

    await remove(ada, oops.id);

    expect(await readStateOf(grace, roomId)).toMatchObject({
      unreadCount: { value: 1 },
      firstUnreadMessage: { id: kept.id },
    });
  });

  test('reads the room up to their own message by sending it', async () => {
    await sayMany(ada, 3);
    expect(await unreadIn(roomId, grace)).toBe(3);

    const { sequence } = await say(grace, roomId, 'I see');

    expect(await readStateOf(grace, roomId)).toMatchObject({ lastReadSequence: sequence, unreadCount: { value: 0 } });
    expect(await unreadIn(roomId, ada)).toBe(1);
  });

  test('has a position that only grows, up to the newest message', async () => {
    const said = await sayMany(ada, 5);
    const newest = Math.max(...said.map(({ sequence }) => sequence));

    const states = [];
    for (const upTo of [newest - 1, 2, 0, newest - 1, 2 ** 31 - 1, newest])
      states.push(await read(grace, roomId, upTo));

    const positions = states.map(({ lastReadSequence }) => lastReadSequence);
    expect(positions).toEqual([newest - 1, newest - 1, newest - 1, newest - 1, newest, newest]);
  });

  test('has at most a hundred messages counted', async () => {
    await sayMany(ada, 100);
    expect((await readStateOf(grace, roomId))?.unreadCount).toEqual({ value: 100, isCapped: false });

    await say(ada, roomId, 'And one more');

    expect((await readStateOf(grace, roomId))?.unreadCount).toEqual({ value: 100, isCapped: true });
    expect(await unreadOf(grace)).toEqual({
      rooms: { value: 1, isCapped: false },
      messages: { value: 100, isCapped: true },
    });
  });

  test('has nothing unread after joining, and after joining again', async () => {
    const channel = await makeChannel(ada, 'Passers-by');
    await sayMany(ada, 3, channel);
    await join(grace, channel);
    const atFirst = await readStateOf(grace, channel);
    await leave(grace, channel);
    await sayMany(ada, 2, channel);
    expect(await readStateOf(grace, channel)).toBeNull();

    await join(grace, channel);

    expect(atFirst).toMatchObject({ unreadCount: { value: 0 }, firstUnreadMessage: null });
    expect(await unreadIn(channel, grace)).toBe(0);
    const { lastNotifiedSequence, lastReadSequence } = await server.app.services.prisma.membership.findFirstOrThrow({
      where: { roomId: innerId('Room', channel), userId: innerId('User', grace.id) },
    });
    expect(lastNotifiedSequence).toBe(lastReadSequence);
  });

  test('has the unread messages of all joined rooms summed up', async () => {
    const other = await makeGroup(ada, 'Others', [grace]);
    const left = await makeGroup(ada, 'Left', [grace]);
    await makeGroup(ada, 'Silent', [grace]);
    await Promise.all([sayMany(ada, 2), sayMany(ada, 3, other), sayMany(ada, 4, left)]);

    await leave(grace, left);

    expect(await unreadOf(grace)).toMatchObject({ rooms: { value: 2 }, messages: { value: 5 } });
    expect(await unreadOf(hedy)).toMatchObject({ rooms: { value: 0 }, messages: { value: 0 } });
  });

  test('does not see the read states and notification levels of others', async () => {
    const { room } = await grace.ask(PrivatePartsDocument, { roomId });

    const [hers, adas] = [grace, ada].map(({ id }) => room!.members.nodes.find(({ user }) => user.id === id));
    expect(hers).toMatchObject({ notificationLevel: 'ALL', readState: { lastReadSequence: expect.any(Number) } });
    expect(adas).toMatchObject({ notificationLevel: null, readState: null });
  });

  test('sees the read state and notification level of their own membership alone in events', async () => {
    const channel = await makeChannel(ada, 'Overheard');
    const [hers, adas] = [grace, ada].map((person) =>
      Listener.of(person, PrivatePartsLiveDocument, { roomId: channel }),
    );
    await server.untilFollowed(channel, 2);

    await join(grace, channel);

    const heard = await Promise.all([hers!, adas!].map((listener) => listener.heard(isOfMember)));
    const [atHers, atAdas] = heard.map(({ roomEvents }) => roomEvents.events[0]);
    const user = { id: grace.id };
    expect(atHers).toEqual({ membership: { user, notificationLevel: 'ALL', readState: { lastReadSequence: 1 } } });
    expect(atAdas).toEqual({ membership: { user, notificationLevel: null, readState: null } });
  });
  const isOfMember = ({ roomEvents }: PrivatePartsLiveSubscription) =>
    roomEvents.events.some((event) => 'membership' in event);

  test('publishes a position once to their devices and to the room, and only if it grows', async () => {
    const news: ReadMoved[] = [];
    const [room, userId] = [innerId('Room', roomId), innerId('User', grace.id)];
    const { bus } = server.app.services;
    const hear = (moved: ReadMoved) => void (moved.type === 'READ' && news.push(moved));
    await Promise.all([readsTopic(room), userTopic(userId)].map((topic) => bus.subscribe(topic, hear)));
    const { sequence } = await say(ada, roomId, 'Hello');

    await read(grace, roomId, sequence);
    await read(grace, roomId, sequence);
    await read(grace, roomId, 1);

    const moved = { type: 'READ', roomId: room, userId, lastReadSequence: sequence };
    await until(() => news.length >= 2);
    expect(news).toEqual([moved, moved]);
  });

  const path = ['input', 'roomId'];
  async function leftRoom(): Promise<[string, number]> {
    const left = await makeGroup(ada, 'Left', [hedy]);
    await leave(hedy, left);
    return [left, 1];
  }

  describe('marking messages as read is refused', () => {
    test.each<[string, () => Promise<[room: string, upTo: number]>, object]>([
      ['up to a negative number', async () => [roomId, -1], { code: 'INVALID_INPUT', path: ['input', 'upToSequence'] }],
      ['in a foreign room', async () => [await makeGroup(ada, 'Secret'), 1], { code: 'NOT_FOUND', path }],
      ['in a private room that was left', leftRoom, { code: 'NOT_FOUND', path }],
      [
        'in a public room before joining it',
        async () => [await makeChannel(ada, 'Public'), 1],
        { code: 'FORBIDDEN', path },
      ],
      ['in what is no room', async () => [ada.id, 1], { code: 'INVALID_INPUT', path }],
    ])('%s', async (_what, where, failure) => {
      const [room, upTo] = await where();
      const reader = room === roomId ? grace : hedy;

      const { membership, userErrors } = await tryRead(reader, room, upTo);

      expect([membership, userErrors]).toEqual([null, [expect.objectContaining(failure)]]);
    });
  });

  describe('the notification level', () => {
    const set = async (person: Person, room: string, level: 'ALL' | 'NONE') =>
      (await person.ask(SetNotificationLevelDocument, { input: { roomId: room, level } })).setNotificationLevel;
    const levelOf = async (person: Person) =>
      (await membershipsOf(person)).find(({ room }) => room.id === roomId)?.notificationLevel;

    test('is set by each member, and is kept when they leave and return', async () => {
      const { membership, room } = done(await set(grace, roomId, 'NONE'));

      expect([membership?.notificationLevel, room?.id]).toEqual(['NONE', roomId]);
      expect([await levelOf(grace), await levelOf(ada)]).toEqual(['NONE', 'ALL']);
      expect((await leave(grace, roomId)).membership).toBeTruthy();
      await add(ada, roomId, [grace]);
      expect(await levelOf(grace)).toBe('NONE');
    });

    test('can be set by members alone', async () => {
      const channel = await makeChannel(ada, 'Loud');

      expect((await set(hedy, roomId, 'NONE')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
      expect((await set(hedy, channel, 'NONE')).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    });
  });
});

describe('unread counts', () => {
  test.each(seeds({ few: 1, many: 4 }))(
    'are those of a client that counts one by one (seed %i)',
    async (seed) => {
      const everybody = Object.values(await server.people('Ada', 'Grace', 'Hedy', 'Radia'));
      const random = new Random(seed);
      const rooms = await Promise.all(['One', 'Two', 'Three'].map((name) => makeChannel(everybody[0]!, name)));
      const book = new ReadBook(server);
      for (const roomId of rooms) book.turnTo(roomId, everybody[0]!, 1);
      let unread = 0;

      for (let action = 1; action <= 90; action += 1) {
        await book.actAtRandom(random, random.of(everybody), random.of(rooms));
        const person = random.of(everybody);
        const memberships = await membershipsOf(person);
        expect(memberships.map(({ room }) => room.id).sort()).toEqual(book.roomsOf(person, rooms).sort());
        for (const { room, readState } of memberships) {
          expect(readState).toMatchObject(await book.readStateOf(room.id, person));
          unread += readState!.unreadCount.value;
        }
      }

      expect(unread).toBeGreaterThan(100); // else this proves nothing
    },
    60_000,
  );

  test('end at the highest number that any of many devices, on two nodes, has read or sent', async () => {
    const { ada, grace, hedy } = await server.people('Ada', 'Grace', 'Hedy');
    const other = await startServer({ databaseUrl: server.databaseUrl });
    const roomId = await roomOf(ada, grace, hedy);
    for (let n = 0; n < 20; n += 1) await say(ada, roomId, `${n}`);
    const newest = (await new ReadBook(server).messagesIn(roomId)).at(-1)!.sequence;
    const random = new Random(7);
    const numbers = Array.from({ length: 100 }, () => 1 + random.below(newest));
    const hers = numbers.slice(0, 10);
    const readOn = async ({ url }: TestServer, { token }: Person, upToSequence: number) =>
      done((await ask(url, MarkReadDocument, { input: { roomId, upToSequence } }, token)).data.markRead);

    const reading = numbers.map((upTo, n) => readOn(n % 2 ? server : other, grace, upTo));
    const sending = [1, 2, 3].map((n) => say(grace, roomId, `I am here ${n}`));
    await Promise.all([...reading, ...hers.map((upTo) => readOn(other, hedy, upTo))]);
    const sent = await Promise.all(sending);

    const highest = Math.max(...sent.map(({ sequence }) => sequence));
    expect((await readStateOf(grace, roomId))?.lastReadSequence).toBe(highest);
    expect((await readStateOf(hedy, roomId))?.lastReadSequence).toBe(Math.max(...hers));
    await other.close();
  });
});
