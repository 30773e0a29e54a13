import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ArchiveRoomDocument,
  CreateRoomDocument,
  type CreateRoomInput,
  JoinRoomDocument,
  SendMessageDocument,
  UpdateRoomDocument,
  type UpdateRoomInput,
} from '../generated/graphql.ts';
import { type Person, people } from '../support/person.ts';
import { add, converse, done, leave, look, makeGroup, makeRoom, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
afterAll(() => server.close());

async function create(input: CreateRoomInput) {
  return (await ada.ask(CreateRoomDocument, { input })).createRoom;
}

async function update(person: Person, input: UpdateRoomInput) {
  return (await person.ask(UpdateRoomDocument, { input })).updateRoom;
}

async function archive(person: Person, roomId: string) {
  return (await person.ask(ArchiveRoomDocument, { input: { roomId } })).archiveRoom;
}

describe('a new room', () => {
  test.each<[string, CreateRoomInput, object]>([
    ['gets a slug from its name', { kind: 'CHANNEL', name: ' Café & Bar ' }, { name: 'Café & Bar', slug: 'cafe-bar' }],
    [
      'has the slug it is given',
      { kind: 'STREAM', name: 'Live', slug: 'on-air-1' },
      { slug: 'on-air-1', kind: 'STREAM' },
    ],
    ['has none as a group', { kind: 'GROUP', name: 'Us', topic: 'Our\nthings' }, { slug: null, topic: 'Our\nthings' }],
    ['may be named in any script', { kind: 'CHANNEL', name: '日本語 🗾' }, { slug: expect.stringMatching(/^room-/) }],
  ])('%s', async (_what, input, room) => {
    expect(await create(input)).toMatchObject({ room: { ...room, archivedAt: null, memberCount: 1 }, userErrors: [] });
  });

  test('cannot have the slug of another, given or made', async () => {
    await create({ kind: 'CHANNEL', name: 'Taken' });

    for (const input of [{ name: 'Taken' }, { name: 'Other', slug: 'taken' }, { name: 'TAKEN!' }]) {
      expect(await create({ kind: 'STREAM', ...input })).toMatchObject({
        room: null,
        userErrors: [{ code: 'CONFLICT', path: ['input', 'slug'], message: expect.stringContaining('taken') }],
      });
    }
  });

  test('of ten at a time with one slug, one is made', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => create({ kind: 'CHANNEL', name: 'Race' })));

    expect(made.filter(({ room }) => room)).toHaveLength(1);
    expect(made.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(Array(9).fill('CONFLICT'));
  });

  test.each<[string, CreateRoomInput, string]>([
    ['a slug with capitals', { kind: 'CHANNEL', name: 'X', slug: 'Big' }, 'slug'],
    ['a slug with spaces', { kind: 'CHANNEL', name: 'X', slug: 'a b' }, 'slug'],
    ['a slug that is too long', { kind: 'CHANNEL', name: 'X', slug: 'x'.repeat(65) }, 'slug'],
    ['a slug for a group', { kind: 'GROUP', name: 'X', slug: 'x' }, 'slug'],
    ['a conversation', { kind: 'DIRECT', name: 'X' }, 'kind'],
    ['no name', { kind: 'GROUP', name: ' \u200b ' }, 'name'],
    ['a name of two lines', { kind: 'GROUP', name: 'X\nY' }, 'name'],
    ['a name of 101 characters', { kind: 'GROUP', name: '👋'.repeat(101) }, 'name'],
    ['a topic of 501 characters', { kind: 'GROUP', name: 'X', topic: 'x'.repeat(501) }, 'topic'],
    ['a picture that is no address', { kind: 'GROUP', name: 'X', avatarUrl: 'javascript:alert(1)' }, 'avatarUrl'],
  ])('%s is refused', async (_what, input, field) => {
    expect(await create(input)).toMatchObject({
      room: null,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', field] }],
    });
  });
});

describe('updateRoom', () => {
  test('changes what is given and leaves the rest', async () => {
    const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Before', topic: 'The topic' }, [grace]);

    done(await update(ada, { roomId, name: 'After' }));
    expect(await look(grace, roomId)).toMatchObject({ name: 'After', slug: 'before', topic: 'The topic' });

    done(await update(ada, { roomId, topic: null, avatarUrl: 'https://a.example/r.png' }));
    expect(await look(grace, roomId)).toMatchObject({ name: 'After', topic: null });
  });

  test('is for the owner, not for members, readers or outsiders', async () => {
    const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Mine' }, [grace]);
    const group = await makeGroup(ada, 'Ours');
    const { mallory } = await people(server.url, 'Mallory');

    const codes = [
      await update(grace, { roomId: channel, name: 'Hers' }),
      await update(mallory, { roomId: channel, name: 'His' }),
      await update(mallory, { roomId: group, name: 'His' }),
      await update(ada, { roomId: await converse(ada, grace), name: 'Us' }),
    ].flatMap(({ userErrors }) => userErrors.map(({ code }) => code));

    expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND', 'FORBIDDEN']);
    expect([(await look(ada, channel))?.name, (await look(ada, group))?.name]).toEqual(['Mine', 'Ours']);
  });

  test.each<[string, Omit<UpdateRoomInput, 'roomId'>, string]>([
    ['no name', { name: null }, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a topic that is too long', { topic: 'x'.repeat(501) }, 'topic'],
    ['a picture that is no address', { avatarUrl: 'nowhere' }, 'avatarUrl'],
  ])('refuses %s', async (_what, change, field) => {
    const roomId = await makeGroup(ada, 'Steady');

    expect(await update(ada, { roomId, ...change })).toMatchObject({
      room: null,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', field] }],
    });
  });
});

describe('an archived room', () => {
  let roomId: string;
  beforeAll(async () => {
    roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Archive' }, [grace]);
    await say(grace, roomId, 'The last word', { clientMessageId: 'last' });
    expect(await archive(grace, roomId)).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
    expect(done(await archive(ada, roomId)).room?.archivedAt).toMatch(/Z$/);
  });

  test('is read as before', async () => {
    expect((await textsIn(roomId, grace)).at(-1)).toBe('The last word');
    expect(await look(grace, roomId)).toMatchObject({ memberCount: 2, viewerMembership: { state: 'JOINED' } });
  });

  test('takes no messages, members or changes', async () => {
    const { mallory } = await people(server.url, 'Mallory');
    const refused = [
      (await grace.ask(SendMessageDocument, { input: { roomId, text: 'One more thing' } })).sendMessage,
      (await mallory.ask(SendMessageDocument, { input: { roomId, text: 'Me too' } })).sendMessage,
      (await mallory.ask(JoinRoomDocument, { input: { roomId } })).joinRoom,
      await add(ada, roomId, [mallory]),
      await update(ada, { roomId, name: 'Reopened' }),
    ];

    for (const payload of refused)
      expect(payload.userErrors).toMatchObject([{ code: 'ROOM_ARCHIVED', path: ['input', 'roomId'] }]);
    expect((await look(ada, roomId))?.memberCount).toBe(2);
  });

  test('still answers what was sent before, is archived again without a change, and can be left', async () => {
    const input = { roomId, text: 'The last word', clientMessageId: 'last' };
    expect((await grace.ask(SendMessageDocument, { input })).sendMessage).toMatchObject({
      isReplay: true,
      userErrors: [],
    });

    const since = (await look(ada, roomId))?.archivedAt;
    expect(done(await archive(ada, roomId)).room?.archivedAt).toBe(since);

    expect(await leave(grace, roomId)).toMatchObject({ membership: { state: 'LEFT' } });
  });
});
