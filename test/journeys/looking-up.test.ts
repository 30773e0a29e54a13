import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { globalId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import {
  MembershipsDocument,
  NodeDocument,
  NodesDocument,
  ServerDocument,
  UpdateProfileDocument,
  UserDocument,
  UsersDocument,
  ViewerDocument,
} from '../generated/graphql.ts';
import { everyFieldOf } from '../support/every-field.ts';
import { forward, itemsOf, type Place } from '../support/pages.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const nobodys = '0190c0de-0000-7000-8000-000000000000';
const types = ['User', 'Room', 'Message', 'RoomMembership', 'Session', 'Viewer'] as const;

let server: TestServer;
let ada: Person;
let grace: Person;
let ids: Record<(typeof types)[number], string>;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
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
afterAll(() => server.close());

describe('node and nodes', () => {
  test.each(types)('Ada fetches her %s again by its id', async (type) => {
    const { node } = await ada.ask(NodeDocument, { id: ids[type] });

    expect(node).toEqual({ __typename: type, id: ids[type] });
  });

  test.each(types)('everything about her %s can be asked for', async (type) => {
    const everything = everyFieldOf(schema, type);

    const answer = await ada.tryAsk(`{ node(id: "${ids[type]}") { ... on ${type} { ${everything} } } }`);

    expect(answer).toEqual({ data: { node: expect.objectContaining({ __typename: type, id: ids[type] }) } });
  });

  test.each(types.filter((type) => type !== 'User'))("Grace gets nothing for Ada's %s", async (type) => {
    expect((await ada.ask(NodeDocument, { id: ids[type] })).node).not.toBeNull();

    expect(await grace.tryAsk(NodeDocument, { id: ids[type] })).toEqual({ data: { node: null } });
  });

  test.each(types)('a missing %s is null', async (type) => {
    expect(await ada.tryAsk(NodeDocument, { id: globalId(type, nobodys) })).toEqual({ data: { node: null } });
  });

  test('several come in the order asked for, with null for what is missing or foreign', async () => {
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
  test('tells its version, clock, abilities and limits', async () => {
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
  test('Grace looks Ada up', async () => {
    const { user } = await grace.ask(UserDocument, { id: ada.id });

    expect(user).toMatchObject({ displayName: 'Ada', kind: 'GUEST', avatarUrl: null });
    expect(user?.username).toMatch(/^ada-/);
  });

  test('a missing user is null, and the id of something else is refused', async () => {
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
  ])('users whose name begins with “%s”', async (query, found) => {
    const { users } = await ada.ask(UsersDocument, { query });

    expect(users.edges.map(({ node }) => node.displayName).sort()).toEqual([...found].sort());
  });
  beforeAll(() => people(server.url, 'Hedy', 'Hedwig', 'Женя'));

  test('every user is met once, in pages that go forward', async () => {
    const usernames = async ({ first, after }: Place) =>
      itemsOf((await ada.ask(UsersDocument, { first, after })).users, 'username');
    const all = (await usernames({ first: 100 })).items;

    expect(await forward(usernames, 2)).toEqual(all);
    expect(all).toEqual([...new Set(all)].sort());
  });

  test('a changed name is what others find', async () => {
    const { mary } = await people(server.url, 'Mary');
    await mary.ask(UpdateProfileDocument, {
      input: { displayName: 'Somerville', avatarUrl: 'https://a.example/m.png' },
    });

    const { users } = await ada.ask(UsersDocument, { query: 'somer' });

    expect(users.edges.map(({ node }) => node.id)).toEqual([mary.id]);
    expect((await ada.ask(UserDocument, { id: mary.id })).user?.avatarUrl).toBe('https://a.example/m.png');
  });
});
