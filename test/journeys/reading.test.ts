import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { userTopic } from '../../src/log/topics.ts';
import { type ReadMoved, readsTopic } from '../../src/reading/read-moved.ts';
import {
  PrivatePartsDocument,
  PrivatePartsLiveDocument,
  type PrivatePartsLiveSubscription,
  SetNotificationLevelDocument,
} from '../generated/graphql.ts';
import { Listener } from '../support/listener.ts';
import { remove } from '../support/messages.ts';
import { type Person, people } from '../support/person.ts';
import { membershipsOf, read, readStateOf, tryRead, unreadIn, unreadOf } from '../support/reading.ts';
import { add, done, join, leave, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let hedy: Person;
let roomId: string;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  ({ ada, grace, hedy } = await people(server.url, 'Ada', 'Grace', 'Hedy'));
  roomId = await makeGroup(ada, 'Readers', [grace]);
});

function sayMany(author: Person, count: number, room = roomId) {
  return Promise.all(Array.from({ length: count }, (_, n) => say(author, room, `Message ${n}`)));
}

test('what others wrote is unread until it is marked as read', async () => {
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

test('neither what the server tells nor what was deleted is unread', async () => {
  const oops = await say(ada, roomId, 'Oops');
  const kept = await say(ada, roomId, 'Hello');
  await leave(hedy, (await join(hedy, await makeRoom(ada, { kind: 'CHANNEL', name: 'Hall' }, [grace]))).room!.id);
  expect(await unreadOf(grace)).toMatchObject({ rooms: { value: 1 }, messages: { value: 2 } });

  await remove(ada, oops.id);

  expect(await readStateOf(grace, roomId)).toMatchObject({
    unreadCount: { value: 1 },
    firstUnreadMessage: { id: kept.id },
  });
});

test('sending reads the room up to one’s own message', async () => {
  await sayMany(ada, 3);
  expect(await unreadIn(roomId, grace)).toBe(3);

  const { sequence } = await say(grace, roomId, 'I see');

  expect(await readStateOf(grace, roomId)).toMatchObject({ lastReadSequence: sequence, unreadCount: { value: 0 } });
  expect(await unreadIn(roomId, ada)).toBe(1);
});

test('a position only grows, on whichever device, and never beyond the newest message', async () => {
  const said = await sayMany(ada, 5);
  const newest = Math.max(...said.map(({ sequence }) => sequence));

  const states = [];
  for (const upTo of [newest - 1, 2, 0, newest - 1, 2 ** 31 - 1, newest]) states.push(await read(grace, roomId, upTo));

  const positions = states.map(({ lastReadSequence }) => lastReadSequence);
  expect(positions).toEqual([newest - 1, newest - 1, newest - 1, newest - 1, newest, newest]);
});

test('counting stops at a hundred', async () => {
  await sayMany(ada, 100);
  expect((await readStateOf(grace, roomId))?.unreadCount).toEqual({ value: 100, isCapped: false });

  await say(ada, roomId, 'And one more');

  expect((await readStateOf(grace, roomId))?.unreadCount).toEqual({ value: 100, isCapped: true });
  expect(await unreadOf(grace)).toEqual({
    rooms: { value: 1, isCapped: false },
    messages: { value: 100, isCapped: true },
  });
});

test('who joins has nothing unread, and again after an absence', async () => {
  const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Passers-by' });
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

test('what is unread is summed up over the rooms that the viewer is in', async () => {
  const other = await makeGroup(ada, 'Others', [grace]);
  const left = await makeGroup(ada, 'Left', [grace]);
  await makeGroup(ada, 'Silent', [grace]);
  await Promise.all([sayMany(ada, 2), sayMany(ada, 3, other), sayMany(ada, 4, left)]);

  await leave(grace, left);

  expect(await unreadOf(grace)).toMatchObject({ rooms: { value: 2 }, messages: { value: 5 } });
  expect(await unreadOf(hedy)).toMatchObject({ rooms: { value: 0 }, messages: { value: 0 } });
});

test('how far somebody has read, and how loud a room is for them, is nobody else’s business', async () => {
  const { room } = await grace.ask(PrivatePartsDocument, { roomId });

  const [hers, adas] = [grace, ada].map(({ id }) => room!.members.nodes.find(({ user }) => user.id === id));
  expect(hers).toMatchObject({ notificationLevel: 'ALL', readState: { lastReadSequence: expect.any(Number) } });
  expect(adas).toMatchObject({ notificationLevel: null, readState: null });
});

test('an event about a member shows its private parts to that member alone', async () => {
  const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Overheard' });
  const [hers, adas] = [grace, ada].map((person) => Listener.of(person, PrivatePartsLiveDocument, { roomId: channel }));
  await server.untilFollowed(channel, 2);

  await join(grace, channel);

  const heard = await Promise.all([hers!, adas!].map((listener) => listener.heard(isOfMember)));
  const [atHers, atAdas] = heard.map(({ roomEvents }) => roomEvents.events[0]);
  const user = { id: grace.id };
  expect(atHers).toEqual({ membership: { user, notificationLevel: 'ALL', readState: { lastReadSequence: 1 } } });
  expect(atAdas).toEqual({ membership: { user, notificationLevel: null, readState: null } });
  await Promise.all([ada, grace].map((person) => person.close()));
});
const isOfMember = ({ roomEvents }: PrivatePartsLiveSubscription) =>
  roomEvents.events.some((event) => 'membership' in event);

test('a device that reads tells the other devices and the room once, and nothing where it changes nothing', async () => {
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

describe('it is refused to read', () => {
  test.each<[string, () => Promise<[room: string, upTo: number]>, object]>([
    ['up to a negative number', async () => [roomId, -1], { code: 'INVALID_INPUT', path: ['input', 'upToSequence'] }],
    ['in a foreign room', async () => [await makeGroup(ada, 'Secret'), 1], { code: 'NOT_FOUND', path }],
    ['in a private room that was left', leftRoom, { code: 'NOT_FOUND', path }],
    [
      'in a public room before joining it',
      async () => [await makeRoom(ada, { kind: 'CHANNEL', name: 'Public' }), 1],
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

  test('is the member’s own choice, and outlasts an absence', async () => {
    const { membership, room } = done(await set(grace, roomId, 'NONE'));

    expect([membership?.notificationLevel, room?.id]).toEqual(['NONE', roomId]);
    expect([await levelOf(grace), await levelOf(ada)]).toEqual(['NONE', 'ALL']);
    expect((await leave(grace, roomId)).membership).toBeTruthy();
    await add(ada, roomId, [grace]);
    expect(await levelOf(grace)).toBe('NONE');
  });

  test('is for members', async () => {
    const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Loud' });

    expect((await set(hedy, roomId, 'NONE')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await set(hedy, channel, 'NONE')).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });
});
