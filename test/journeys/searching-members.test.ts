import { beforeAll, describe, expect, test } from '@jest/globals';
import { ban, expelMember, promote } from '../support/moderating.ts';
import type { Person } from '../support/person.ts';
import { done, leave, makeChannel } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, hedy, mallory } = await withServer('Ada', 'Grace', 'Hedy', 'Mallory');

/** Ada owns it, Hedy moderates it, Grace is a member; others were removed, banned, or left. */
let roomId: string;
beforeAll(async () => {
  const [bob, eve, trudy] = [await server.signIn('Bob'), await server.signIn('Eve'), await server.signIn('Trudy')];
  roomId = await makeChannel(ada, 'Searched', [grace, hedy, mallory, bob, eve]);
  done(await promote(ada, { roomId, user: hedy, role: 'MODERATOR' }));
  for (const user of [mallory, eve, trudy]) done(await ban(ada, { roomId, user, terms: { reason: `${user.name}` } }));
  done(await expelMember(ada, { roomId, user: bob }));
  await leave(await joined('Leaver'), roomId);
});

async function joined(name: string): Promise<Person> {
  const person = await server.signIn(name);
  await person.tryAsk(`mutation { joinRoom(input: { roomId: "${roomId}" }) { room { id } } }`);
  return person;
}

interface Page {
  totalCount: { value: number; isCapped: boolean };
  edges: { cursor: string; node: { user: { displayName: string }; moderationReason: string | null } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean };
}

async function list(reader: Person, args: string) {
  const { data, errors } = await reader.tryAsk<{ room: { members: Page } | null }, object>(`{
    room(id: "${roomId}") { members(${args}) { totalCount { value isCapped } pageInfo { hasNextPage hasPreviousPage }
      edges { cursor node { user { displayName } moderationReason } } } } }`);
  const page = data?.room?.members;
  return { errors, page, names: page?.edges.map(({ node }) => node.user.displayName) };
}

describe('a list of members', () => {
  test.each([
    ['a role', 'roles: [OWNER, MODERATOR]', ['Ada', 'Hedy']],
    ['a part of a name, ignoring case', 'query: "hEDY"', ['Hedy']],
    ['a name in wide letters', 'query: "ＨＥＤＹ"', ['Hedy']],
    ['a part of a username', 'query: "GRACE"', ['Grace']],
    ['no role', 'roles: []', []],
    ['a pattern, which is only a text', 'query: "%"', []],
    ['the state JOINED', 'states: [JOINED]', ['Ada', 'Grace', 'Hedy']],
  ])('can be narrowed by every reader to %s', async (_what, args, expected) => {
    const { page, names } = await list(grace, args);

    expect(names).toEqual(expected);
    expect(page?.totalCount).toEqual({ value: expected.length, isCapped: false });
  });

  test.each([
    ['states: [BANNED]', ['Mallory', 'Eve', 'Trudy']],
    ['states: [BANNED, REMOVED, LEFT, BANNED]', ['Mallory', 'Bob', 'Eve', 'Trudy', 'Leaver']],
    ['states: [JOINED, BANNED], query: "allor"', ['Mallory']],
  ])('shows moderators users in other states: %s', async (args, expected) => {
    for (const reader of [ada, hedy]) expect((await list(reader, args)).names).toEqual(expected);
  });

  test('shows moderators why a user was banned', async () => {
    const { page } = await list(hedy, 'states: [BANNED], first: 1');

    expect(page).toMatchObject({ totalCount: { value: 3 }, edges: [{ node: { moderationReason: 'Mallory' } }] });
  });

  test('shows nobody else users in other states', async () => {
    const { page, errors } = await list(grace, 'states: [JOINED, LEFT]');

    expect(page).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', path: ['states'] } }]);
  });

  test('is paged over all states together, in both directions', async () => {
    const args = 'states: [JOINED, BANNED, REMOVED, LEFT]';
    const { names: all = [], page } = await list(ada, args);
    const cursors = page!.edges.map(({ cursor }) => cursor);

    for (const [at, cursor] of cursors.entries()) {
      const after = await list(ada, `${args}, first: 2, after: "${cursor}"`);
      const before = await list(ada, `${args}, last: 2, before: "${cursor}"`);
      expect(after.names).toEqual(all.slice(at + 1, at + 3));
      expect(before.names).toEqual(all.slice(Math.max(0, at - 2), at));
      expect(after.page?.pageInfo.hasNextPage).toBe(at + 3 < all.length);
      expect(before.page?.pageInfo.hasPreviousPage).toBe(at > 2);
    }
    expect(all).toHaveLength(8);
  });

  test('keeps the cursors of the plain list', async () => {
    const plain = await list(grace, 'first: 1');

    const { names } = await list(grace, `first: 1, after: "${plain.page!.edges[0]!.cursor}", roles: [MEMBER]`);

    expect(names).toEqual(['Grace']);
  });
});
