import { describe, expect, test } from '@jest/globals';
import { globalId, newId } from '../../src/base/ids.ts';
import {
  ArchiveRoomDocument,
  CreateRoomDocument,
  type CreateRoomInput,
  JoinRoomDocument,
  OpenConversationDocument,
  type OpenConversationInput,
  RoomRightsDocument,
  SendMessageDocument,
  UpdateRoomDocument,
  type UpdateRoomInput,
  ViewerDocument,
} from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import type { Person } from '../support/person.ts';
import { add, converse, done, leave, look, makeChannel, makeGroup, makeRoom, say, textsIn } from '../support/rooms.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, hedy, mallory } = await withServer('Ada', 'Grace', 'Hedy', 'Mallory');

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
    [
      'derives its slug from its name',
      { kind: 'CHANNEL', name: ' Café & Bar ' },
      { name: 'Café & Bar', slug: 'cafe-bar' },
    ],
    [
      'keeps the slug that it is given',
      { kind: 'STREAM', name: 'Live', slug: 'on-air-1' },
      { slug: 'on-air-1', kind: 'STREAM' },
    ],
    [
      'has no slug if it is a group',
      { kind: 'GROUP', name: 'Us', topic: 'Our\nthings' },
      { slug: null, topic: 'Our\nthings' },
    ],
    ['can be named in any script', { kind: 'CHANNEL', name: '日本語 🗾' }, { slug: expect.stringMatching(/^room-/) }],
  ])('%s', async (_what, input, room) => {
    expect(await create(input)).toMatchObject({ room: { ...room, archivedAt: null, memberCount: 1 }, userErrors: [] });
  });

  test('has the posting policy and the slow mode that it is given', async () => {
    const input = { kind: 'STREAM', name: 'Slow' } as const;
    const rules = async (more: Partial<CreateRoomInput>) => {
      const { room, userErrors } = await create({ ...input, slug: `slow-${newId()}`, ...more });
      return room ? (await ada.ask(RoomRightsDocument, { id: room.id })).room : userErrors;
    };

    expect(await rules({ postingPolicy: 'MODERATORS', slowModeSeconds: 30 })).toMatchObject({
      postingPolicy: 'MODERATORS',
      slowModeSeconds: 30,
    });
    expect(await rules({ postingPolicy: null })).toMatchObject({ postingPolicy: 'MEMBERS', slowModeSeconds: 0 });
    expect(await rules({ slowModeSeconds: 21_601 })).toMatchObject([{ path: ['input', 'slowModeSeconds'] }]);
  });

  test('cannot take the slug of another room, given or derived from its name', async () => {
    await create({ kind: 'CHANNEL', name: 'Taken' });

    const attempts = [
      [{ name: 'Taken' }, 'name'],
      [{ name: 'Other', slug: 'taken' }, 'slug'],
      [{ name: 'TAKEN!' }, 'name'],
    ] as const;
    for (const [input, field] of attempts) {
      expect(await create({ kind: 'STREAM', ...input })).toMatchObject({
        room: null,
        userErrors: [{ code: 'CONFLICT', path: ['input', field], message: expect.stringContaining('taken') }],
      });
    }
  });

  test('is created once by ten simultaneous calls with one slug', async () => {
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
  test('changes the given fields and keeps the others', async () => {
    const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Before', topic: 'The topic' }, [grace]);

    done(await update(ada, { roomId, name: 'After' }));
    expect(await look(grace, roomId)).toMatchObject({ name: 'After', slug: 'before', topic: 'The topic' });

    done(await update(ada, { roomId, topic: null, avatarUrl: 'https://a.example/r.png' }));
    expect(await look(grace, roomId)).toMatchObject({ name: 'After', topic: null });
  });

  test('is allowed to the owner, not to members, readers or outsiders', async () => {
    const channel = await makeChannel(ada, 'Mine', [grace]);
    const group = await makeGroup(ada, 'Ours');

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
  async function archivedRoom(): Promise<string> {
    const roomId = await makeChannel(ada, 'Archive', [grace]);
    await say(grace, roomId, 'The last word', { clientMessageId: 'last' });
    expect(await archive(grace, roomId)).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
    expect(done(await archive(ada, roomId)).room?.archivedAt).toMatch(/Z$/);
    return roomId;
  }

  test('is listed only on request, so that administrators and owners find it', async () => {
    const roomId = await archivedRoom();
    const slugs = async (more: string) => {
      const query = `{ rooms(first: 100 query: "channel-" ${more}) { nodes { id } } }`;
      const { data } = await mallory.tryAsk<{ rooms: { nodes: { id: string }[] } }, object>(query);
      return data.rooms.nodes.map(({ id }) => id);
    };

    expect(await slugs('')).not.toContain(roomId);
    expect(await slugs('includeArchived: true')).toContain(roomId);
    expect(await slugs('includeArchived: true before: "cm9vbTp6eg"')).toContain(roomId);
  });

  test('can still be read', async () => {
    const roomId = await archivedRoom();

    expect((await textsIn(roomId, grace)).at(-1)).toBe('The last word');
    expect(await look(grace, roomId)).toMatchObject({ memberCount: 2, viewerMembership: { state: 'JOINED' } });
  });

  test('accepts no messages, members or changes', async () => {
    const roomId = await archivedRoom();

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

  test('answers a repeated send, is archived again without a change, and can be left', async () => {
    const roomId = await archivedRoom();
    const since = (await look(ada, roomId))?.archivedAt;
    const input = { roomId, text: 'The last word', clientMessageId: 'last' };

    const { sendMessage } = await grace.ask(SendMessageDocument, { input });

    expect(sendMessage).toMatchObject({ isReplay: true, userErrors: [] });
    expect(done(await archive(ada, roomId)).room?.archivedAt).toBe(since);
    expect(await leave(grace, roomId)).toMatchObject({ membership: { state: 'LEFT' } });
  });

  test('gets no message about a member who leaves, only the event', async () => {
    const roomId = await archivedRoom();
    const follower = await Follower.of(ada, roomId);
    const before = follower.position;

    await leave(grace, roomId);
    await leave(ada, roomId); // the only member now

    await until(() => follower.position >= before + 2);
    expect(follower.numbers).toEqual([before + 1, before + 2]);
    expect((await textsIn(roomId, ada)).at(-1)).toBe('The last word');
    expect(await look(ada, roomId)).toMatchObject({ memberCount: 0 });
    await follower.hangUp();
  });
});

describe('a conversation', () => {
  async function open(caller: Person, input: OpenConversationInput) {
    return (await caller.ask(OpenConversationDocument, { input })).openConversation;
  }

  test('is in the list of both people as soon as one of them opens it', async () => {
    const { lise, mary } = await server.people('Lise', 'Mary');

    const { room, isNew } = await open(lise, { userIds: [mary.id] });

    const { viewer } = await mary.ask(ViewerDocument);
    expect(isNew).toBe(true);
    expect(room).toMatchObject({ kind: 'DIRECT', slug: null, name: null, memberCount: 2 });
    expect(viewer!.memberships.nodes).toMatchObject([{ role: 'MEMBER', room: { id: room!.id } }]);
    expect(await textsIn(room!.id, mary)).toEqual([]);
  });

  test('is opened again by either of its members', async () => {
    const first = await converse(ada, grace);

    expect(await open(ada, { userIds: [grace.id] })).toMatchObject({ isNew: false, room: { id: first } });
    expect(await open(grace, { userIds: [ada.id] })).toMatchObject({ isNew: false, room: { id: first } });
  });

  test('is the same for the same people, in any order, repeated, and with the caller among them', async () => {
    const { room } = await open(ada, { userIds: [grace.id, hedy.id] });
    const same = { isNew: false, room: { id: room!.id, memberCount: 3 } };

    for (const userIds of [
      [hedy.id, grace.id],
      [grace.id, hedy.id, grace.id],
      [ada.id, hedy.id, grace.id, ada.id],
    ]) {
      expect(await open(ada, { userIds })).toMatchObject(same);
    }
    expect(await open(hedy, { userIds: [grace.id, ada.id] })).toMatchObject(same);
  });

  test('is a different one for different users or another kind', async () => {
    const rooms = [
      await open(ada, { userIds: [grace.id] }),
      await open(ada, { userIds: [grace.id, hedy.id] }),
      await open(ada, { userIds: [hedy.id] }),
      await open(ada, { kind: 'SUPPORT', userIds: [grace.id] }),
    ];

    expect(new Set(rooms.map(({ room }) => room!.id)).size).toBe(rooms.length);
    expect(rooms.at(-1)).toMatchObject({ isNew: true, room: { kind: 'SUPPORT' } });
  });

  test('is created once by ten simultaneous calls from both sides', async () => {
    const { katherine, sophie } = await server.people('Katherine', 'Sophie');
    const sides = Array.from({ length: 10 }, (_, index) => (index % 2 ? [katherine, sophie] : [sophie, katherine]));

    const opened = await Promise.all(sides.map(([caller, other]) => open(caller!, { userIds: [other!.id] })));

    expect(opened.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(opened.map(({ room }) => room?.id)).size).toBe(1);
    expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await look(sophie, opened[0]!.room!.id)).toMatchObject({ memberCount: 2 });
  });

  test('is read by its members and by no one else', async () => {
    const roomId = await converse(hedy, grace);
    await say(hedy, roomId, 'Just between us');

    expect(await textsIn(roomId, grace)).toEqual(['Just between us']);
    expect(await look(mallory, roomId)).toBeNull();
  });

  describe('cannot be opened', () => {
    test.each<[string, () => OpenConversationInput, string, string[]]>([
      ['with nobody', () => ({ userIds: [] }), 'INVALID_INPUT', ['userIds']],
      ['with oneself alone', () => ({ userIds: [ada.id, ada.id] }), 'INVALID_INPUT', ['userIds']],
      ['with a stranger', () => ({ userIds: [grace.id, globalId('User', newId())] }), 'NOT_FOUND', ['userIds', '1']],
      ['with a room', () => ({ userIds: [globalId('Room', newId())] }), 'INVALID_INPUT', ['userIds', '0']],
      ['of a kind that is no conversation', () => ({ kind: 'GROUP', userIds: [grace.id] }), 'INVALID_INPUT', ['kind']],
      [
        'of fifty-one',
        () => ({ userIds: Array.from({ length: 50 }, () => globalId('User', newId())) }),
        'INVALID_INPUT',
        ['userIds'],
      ],
    ])('%s', async (_what, input, code, path) => {
      const answer = await open(ada, input());

      expect(answer).toMatchObject({ room: null, isNew: false, userErrors: [{ code, path: ['input', ...path] }] });
    });
  });
});
