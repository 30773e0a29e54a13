import { beforeAll, describe, expect, test } from '@jest/globals';
import { globalId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import {
  ArchiveRoomDocument,
  MembershipsDocument,
  NodeDocument,
  NodesDocument,
  RoomBySlugDocument,
  RoomsDocument,
  type RoomsQueryVariables,
  ServerDocument,
  UpdateProfileDocument,
  UserDocument,
  UsersDocument,
  ViewerDocument,
} from '../generated/graphql.ts';
import { everyFieldOf } from '../support/every-field.ts';
import { backward, forward, itemsOf, type Place } from '../support/pages.ts';
import { converse, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { withServerLike } from '../support/with-server.ts';

/** The names of the prepared statements so far; those of Prisma take several times as long. */
const prepared: string[] = [];
const { server, ada, grace } = await withServerLike(
  { onStatement: (_sql, statement) => statement && prepared.push(statement.name) },
  'Ada',
  'Grace',
);

const nobodys = '0190c0de-0000-7000-8000-000000000000';
const types = ['User', 'Room', 'Message', 'RoomMembership', 'Session', 'Viewer'] as const;

let ids: Record<(typeof types)[number], string>;
beforeAll(async () => {
  const group = await makeGroup(ada, "Ada's notebook");
  const { viewer } = await ada.ask(MembershipsDocument, {});
  ids = {
    User: ada.id,
    Room: group,
    Message: (await say(ada, group, 'Note to self')).id,
    RoomMembership: viewer!.memberships.edges[0]!.node.id,
    Session: ada.sessionId,
    Viewer: (await ada.ask(ViewerDocument)).viewer!.id,
  };
});

describe('node and nodes', () => {
  test.each(types)('Ada gets her %s by its id', async (type) => {
    const { node } = await ada.ask(NodeDocument, { id: ids[type] });

    expect(node).toEqual({ __typename: type, id: ids[type] });
  });

  test.each(types)('Ada can ask for every field of her %s', async (type) => {
    const everything = everyFieldOf(schema, type);

    const answer = await ada.tryAsk(`{ node(id: "${ids[type]}") { ... on ${type} { ${everything} } } }`);

    expect(answer).toEqual({ data: { node: expect.objectContaining({ __typename: type, id: ids[type] }) } });
  });

  test.each(types.filter((type) => type !== 'User'))("Grace gets null for Ada's %s", async (type) => {
    expect((await ada.ask(NodeDocument, { id: ids[type] })).node).not.toBeNull();

    expect(await grace.tryAsk(NodeDocument, { id: ids[type] })).toEqual({ data: { node: null } });
  });

  test.each(types)('a missing %s is null', async (type) => {
    expect(await ada.tryAsk(NodeDocument, { id: globalId(type, nobodys) })).toEqual({ data: { node: null } });
  });

  test('several nodes are returned in the order of the ids, with null for missing and foreign ones', async () => {
    const wanted = [ids.User, ids.Message, globalId('Room', nobodys), ids.Session, ids.User, grace.id];

    const { nodes } = await grace.ask(NodesDocument, { ids: wanted });

    expect(nodes.map((node) => node?.id ?? null)).toEqual([ada.id, null, null, null, ada.id, grace.id]);
  });

  test('a hundred ids are answered, one more is refused', async () => {
    const wanted = Array.from({ length: 100 }, () => ada.id);

    const { nodes } = await ada.ask(NodesDocument, { ids: wanted });
    const { errors } = await ada.tryAsk(NodesDocument, { ids: [...wanted, ada.id] });

    expect(nodes).toHaveLength(100);
    expect(errors).toMatchObject([
      { message: 'Got 101 ids; the limit is 100.', extensions: { code: 'INVALID_INPUT' } },
    ]);
  });

  test.each([
    ['nonsense', 'nonsense'],
    ['nothing', ''],
    ['a type that is no node', globalId('Server', nobodys)],
    ['a type that there is not', globalId('__proto__', nobodys)],
    ['no UUID', globalId('Room', '42')],
    ['a UUID in upper case', globalId('Room', nobodys.toUpperCase())],
    ['another text for the same bytes', `${globalId('Room', nobodys)}=`],
  ])('an id of %s is refused', async (_what, id) => {
    const { errors } = await ada.tryAsk(NodesDocument, { ids: [ada.id, id] });

    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });
});

describe('server', () => {
  test('has a version, a time, capabilities and limits', async () => {
    const { server: answer } = await ada.ask(ServerDocument);

    expect(answer).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      limits: { messageMaxLength: 4000, editWindowSeconds: null },
    });
    expect(answer.capabilities).toEqual(expect.arrayContaining(['REPLIES', 'GUESTS']));
  });
});

describe('user and users', () => {
  beforeAll(() => server.people('Hedy', 'Hedwig', 'Женя'));

  test('Grace finds Ada by her id', async () => {
    const { user } = await grace.ask(UserDocument, { id: ada.id });

    expect(user).toMatchObject({ displayName: 'Ada', kind: 'GUEST', avatarUrl: null });
    expect(user?.username).toMatch(/^ada-/);
  });

  test('users are read by a prepared statement', async () => {
    prepared.length = 0;

    await grace.ask(UserDocument, { id: ada.id });

    expect(prepared).toContain('users');
  });

  test('a missing user is null, and the id of another type is refused', async () => {
    expect((await ada.ask(UserDocument, { id: globalId('User', nobodys) })).user).toBeNull();

    const { errors } = await ada.tryAsk(UserDocument, { id: ids.Room });

    expect(errors).toMatchObject([{ message: 'Expected the id of a User, got one of a Room.' }]);
  });

  test.each([
    ['hed', ['Hedy', 'Hedwig']],
    ['HEDY', ['Hedy']],
    [' hedy ', ['Hedy']],
    ['edy', []],
    ['hed%', []],
    ['h_dy', []],
    ['\\', []],
    ['Ж', ['Женя']],
  ])('finds users whose names begin with “%s”', async (query, found) => {
    const { users } = await ada.ask(UsersDocument, { query });

    expect(users.edges.map(({ node }) => node.displayName).sort()).toEqual([...found].sort());
  });

  test('every user is on exactly one page', async () => {
    const usernames = async ({ first, after }: Place) =>
      itemsOf((await ada.ask(UsersDocument, { first, after })).users, 'username');
    const all = (await usernames({ first: 100 })).items;

    expect(await forward(usernames, 2)).toEqual(all);
    expect(all).toEqual([...new Set(all)].sort());
  });

  test('a user is found by their changed name', async () => {
    const { mary } = await server.people('Mary');
    await mary.ask(UpdateProfileDocument, {
      input: { displayName: 'Somerville', avatarUrl: 'https://a.example/m.png' },
    });

    const { users } = await ada.ask(UsersDocument, { query: 'somer' });

    expect(users.edges.map(({ node }) => node.id)).toEqual([mary.id]);
    expect((await ada.ask(UserDocument, { id: mary.id })).user?.avatarUrl).toBe('https://a.example/m.png');
  });
});

describe('public rooms', () => {
  const channels = ['cooking', 'general', 'pets', 'travel'];
  const streams = ['launch-day', 'launch-night'];

  beforeAll(async () => {
    await makeRoom(ada, { kind: 'STREAM', name: 'Launch Day', topic: 'Three, two, 100%' });
    await makeRoom(ada, { kind: 'STREAM', name: 'Launch Night' });
    await makeGroup(ada, 'Cooking club');
    await converse(ada, grace);
  });

  async function slugs(variables: RoomsQueryVariables) {
    const { rooms } = await grace.ask(RoomsDocument, variables);
    return { items: rooms.nodes.map(({ slug }) => slug), ...rooms.pageInfo };
  }

  test.each<[string, RoomsQueryVariables, string[]]>([
    ['all public rooms by slug, and no private one', {}, [...channels, ...streams].sort()],
    ['channels', { kinds: ['CHANNEL'] }, channels],
    ['streams', { kinds: ['STREAM'] }, streams],
    ['both', { kinds: ['STREAM', 'CHANNEL'] }, [...channels, ...streams].sort()],
    ['no private kinds', { kinds: ['GROUP', 'DIRECT', 'SUPPORT'] }, []],
    ['no kinds at all', { kinds: [] }, []],
    ['by name in any case', { query: 'LAUNCH N' }, ['launch-night']],
    ['by slug', { query: 'h-d' }, ['launch-day']],
    ['by topic', { query: 'stove' }, ['cooking']],
    ['by kind and text', { query: 'o', kinds: ['STREAM'] }, ['launch-day']],
    ['wildcards mean themselves', { query: '100%' }, ['launch-day']],
    ['one character is no wildcard', { query: 'launch_day' }, []],
    ['white space is no query', { query: '  ' }, [...channels, ...streams].sort()],
  ])('lists %s', async (_what, variables, found) => {
    expect((await slugs(variables)).items).toEqual(found);
  });

  test('are each on exactly one page, in both directions', async () => {
    const all = (await slugs({})).items;

    expect(await forward((place: Place) => slugs(place), 4)).toEqual(all);
    expect(await backward((place: Place) => slugs(place), 4)).toEqual(all);
  });

  test('have pages that say whether there are others before and after', async () => {
    const first = await slugs({ first: 2 });
    const second = await slugs({ first: 2, after: first.endCursor });
    const between = await slugs({ after: first.endCursor, before: second.endCursor });

    expect(first).toMatchObject({ items: ['cooking', 'general'], hasNextPage: true, hasPreviousPage: false });
    expect(second).toMatchObject({ items: ['launch-day', 'launch-night'], hasNextPage: true, hasPreviousPage: true });
    expect(between.items).toEqual(['launch-day']);
  });

  test('are not listed once they are archived, but are found by slug', async () => {
    const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Old news' });
    expect((await slugs({ query: 'news' })).items).toEqual(['old-news']);

    await ada.ask(ArchiveRoomDocument, { input: { roomId } });

    expect((await slugs({ query: 'news' })).items).toEqual([]);
    expect((await grace.ask(RoomBySlugDocument, { slug: 'old-news' })).roomBySlug?.id).toBe(roomId);
  });

  test('are not searched for a text with a NUL', async () => {
    const { errors } = await grace.tryAsk(RoomsDocument, { query: 'a\0b' });

    expect(errors).toMatchObject([
      { message: 'The text contains a NUL character.', extensions: { code: 'INVALID_INPUT' } },
    ]);
  });
});

describe('a slug', () => {
  test('identifies its room', async () => {
    const { roomBySlug } = await grace.ask(RoomBySlugDocument, { slug: 'general' });

    expect(roomBySlug).toMatchObject({ kind: 'CHANNEL', slug: 'general', name: 'General', memberCount: 0 });
  });

  test.each(['nothing-here', 'General', 'cooking-club', '', 'a\0b', '../etc', 'x'.repeat(10_000)])(
    '%j leads nowhere',
    async (slug) => {
      expect(await grace.tryAsk(RoomBySlugDocument, { slug })).toEqual({ data: { roomBySlug: null } });
    },
  );
});
