import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  HistoryDocument,
  MembersDocument,
  MembershipsDocument,
  NotificationsDocument,
  RoomsDocument,
  UsersDocument,
} from '../generated/graphql.ts';
import { backward, forward, type Page, type Place } from '../support/pages.ts';
import type { Person } from '../support/person.ts';
import { makeGroup, roomOf, say } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server } = await withServer();

const names = ['Ada', 'Barbara', 'Grace', 'Hedy', 'Katherine', 'Radia', 'Sophie'] as const;
const count = 105;

let ada: Person;
let roomId: string;
/** The items of every list, in order. */
let contents: Record<string, unknown[]>;
beforeAll(async () => {
  const crew = await server.people(...names);
  ada = crew.ada;
  const members = [crew.barbara, crew.grace, crew.hedy, crew.katherine, crew.radia, crew.sophie];
  roomId = await makeGroup(ada, 'Pioneers', members);
  const groups = [roomId];
  for (let n = 1; n <= 4; n++) groups.push(await makeGroup(ada, `Group ${n}`));
  const sequences = Array.from({ length: count }, (_, index) => index + 1);
  const spoken = 7; // of the room's creation and six welcomes
  await Promise.all(sequences.slice(spoken).map((n) => say(ada, roomId, `Message ${n}`)));
  contents = { messages: sequences, members: [...names], memberships: groups };
});

/** Each list of the API, as pages of one property of its nodes. */
const lists = {
  messages: async (place: Place) => {
    const { messages } = (await ada.ask(HistoryDocument, { roomId, ...place })).room!;
    return { items: messages.edges.map(({ node }) => node.sequence), edges: messages.edges, ...messages.pageInfo };
  },
  members: async (place: Place) => {
    const { members } = (await ada.ask(MembersDocument, { roomId, ...place })).room!;
    const items = members.edges.map(({ node }) => node.user.displayName);
    return { items, edges: members.edges, ...members.pageInfo, total: members.totalCount };
  },
  memberships: async (place: Place) => {
    const { memberships } = (await ada.ask(MembershipsDocument, place)).viewer!;
    const items = memberships.edges.map(({ node }) => node.room.id);
    return { items, edges: memberships.edges, ...memberships.pageInfo, total: memberships.totalCount };
  },
};
const kinds = Object.keys(lists) as (keyof typeof lists)[];

const placeOf = ({ hasPreviousPage, hasNextPage }: Omit<Page<never>, 'items'>) => ({ hasPreviousPage, hasNextPage });

describe.each(kinds)('%s', (list) => {
  const load = lists[list] as (place: Place) => Promise<Awaited<ReturnType<(typeof lists)['members']>>>;

  test('are each on exactly one page, in both directions and with any page size', async () => {
    const all = contents[list]!;

    expect(await forward(load, 2)).toEqual(all);
    expect(await backward(load, 3)).toEqual(all);
    expect(await forward(load, 100)).toEqual(all);
    expect(await backward(load, 100)).toEqual(all);
  });

  test('are taken from the start by `first` and from the end by `last`, always in their order', async () => {
    const all = contents[list]!;

    expect(await load({ first: 1 })).toMatchObject({
      items: all.slice(0, 1),
      hasNextPage: true,
      hasPreviousPage: false,
    });
    expect(await load({ last: 1 })).toMatchObject({ items: all.slice(-1), hasNextPage: false, hasPreviousPage: true });
    expect((await load({ last: 3 })).items).toEqual(all.slice(-3));
    expect((await load({})).items).toEqual(all.slice(0, 20));
  });

  test('can have empty pages', async () => {
    const none = { items: [], startCursor: null, endCursor: null };

    expect(await load({ first: 0 })).toMatchObject(none);
    expect(await load({ last: 0 })).toMatchObject(none);
  });

  test('end after the last and before the first', async () => {
    const { startCursor } = await load({ first: 1 });
    const { endCursor } = await load({ last: 1 });

    expect(await load({ first: 5, after: endCursor })).toMatchObject({ items: [], hasNextPage: false });
    expect(await load({ last: 5, before: startCursor })).toMatchObject({ items: [], hasPreviousPage: false });
  });

  test('have pages that say whether there are others before and after, wherever they are cut', async () => {
    const all = contents[list]!;
    const { edges } = await load({ first: 100 });
    const cursorOf = (index: number) => edges[index]!.cursor;
    const between: [place: Place, from: number, to: number][] = [
      [{}, 0, all.length],
      [{ after: cursorOf(0) }, 1, all.length],
      [{ before: cursorOf(4) }, 0, 4],
      [{ after: cursorOf(0), before: cursorOf(4) }, 1, 4],
      [{ after: cursorOf(1), before: cursorOf(2) }, 2, 2],
    ];
    for (const [bounds, from, to] of between) {
      for (const size of [0, 1, 3, 100]) {
        const front = Math.min(from + size, to);
        const end = Math.max(to - size, from);
        const about = { list, bounds, size };
        const { items, ...first } = await load({ ...bounds, first: size });
        expect({ ...about, items, ...placeOf(first) }).toEqual({
          ...about,
          items: all.slice(from, front),
          hasPreviousPage: from > 0,
          hasNextPage: front < all.length,
        });
        const { items: newest, ...last } = await load({ ...bounds, last: size });
        expect({ ...about, items: newest, ...placeOf(last) }).toEqual({
          ...about,
          items: all.slice(end, to),
          hasPreviousPage: end > 0,
          hasNextPage: to < all.length,
        });
      }
    }
  });

  test('each have the cursor that pages use', async () => {
    const { edges, startCursor, endCursor } = await load({ first: 3 });

    expect([edges[0]?.cursor, edges[2]?.cursor]).toEqual([startCursor, endCursor]);
    expect((await load({ after: edges[0]?.cursor, before: edges[2]?.cursor })).items).toEqual(
      contents[list]!.slice(1, 2),
    );
  });
});

test.each(['members', 'memberships'] as const)('%s are counted on every page', async (list) => {
  const total = { value: contents[list]!.length, isCapped: false };

  expect((await lists[list]({ first: 1 })).total).toEqual(total);
  expect((await lists[list]({ last: 0 })).total).toEqual(total);
});

describe('every list refuses a page', () => {
  const cursor = (text: string) => Buffer.from(text).toString('base64url');
  test.each<[string, Place, string]>([
    ['of more than 100', { first: 101 }, '`first` is 101; expected 0 to 100.'],
    ['of more than 100 from the end', { last: 101 }, '`last` is 101; expected 0 to 100.'],
    ['of fewer than none', { first: -1 }, '`first` is -1; expected 0 to 100.'],
    ['of fewer than none from the end', { last: -1 }, '`last` is -1; expected 0 to 100.'],
    ['at both ends', { first: 1, last: 1 }, 'Use `first` or `last`, not both.'],
    ['with an invented cursor', { after: 'nonsense' }, '`after` is not a cursor of this list.'],
    ['with an empty cursor', { before: '' }, '`before` is not a cursor of this list.'],
    ['with a cursor of no list', { after: cursor('nothing:1') }, '`after` is not a cursor of this list.'],
    [
      'with a cursor that injects SQL',
      { after: cursor("message:1' OR true --") },
      '`after` is not a cursor of this list.',
    ],
    [
      'with a cursor beyond all numbers',
      { after: cursor(`message:${'9'.repeat(20)}`) },
      '`after` is not a cursor of this list.',
    ],
  ])('%s', async (_what, place, message) => {
    const answers = [
      await ada.tryAsk(HistoryDocument, { roomId, ...place }),
      await ada.tryAsk(MembersDocument, { roomId, ...place }),
      await ada.tryAsk(MembershipsDocument, place),
      await ada.tryAsk(RoomsDocument, place),
      // Those go forward only.
      ...('last' in place || 'before' in place ? [] : [await ada.tryAsk(UsersDocument, place)]),
      ...('last' in place || 'before' in place ? [] : [await ada.tryAsk(NotificationsDocument, place)]),
    ];

    for (const { errors } of answers)
      expect(errors).toMatchObject([{ message, extensions: { code: 'INVALID_INPUT' } }]);
  });
});

test('a list refuses the cursors of another list', async () => {
  const { endCursor: message } = await lists.messages({ first: 1 });
  const { endCursor: member } = await lists.members({ first: 1 });
  const { endCursor: room } = (await ada.ask(RoomsDocument, { first: 1 })).rooms.pageInfo;
  const { endCursor: user } = (await ada.ask(UsersDocument, { first: 1 })).users.pageInfo;
  const refused = (answer: { errors?: unknown[] }) => expect(answer.errors).toHaveLength(1);

  for (const after of [member, room, user]) refused(await ada.tryAsk(HistoryDocument, { roomId, after }));
  for (const after of [message, room, user]) refused(await ada.tryAsk(MembersDocument, { roomId, after }));
  for (const after of [message, member, user]) refused(await ada.tryAsk(RoomsDocument, { after }));
  for (const after of [message, member, room]) refused(await ada.tryAsk(UsersDocument, { after }));
});

test('a page keeps its place while messages arrive', async () => {
  const { lise } = await server.people('Lise');
  const other = await roomOf(lise);
  for (let n = 2; n <= 11; n += 1) await say(lise, other, `Message ${n}`);
  const page = async (place: Place) => (await lise.ask(HistoryDocument, { roomId: other, ...place })).room!.messages;
  const { pageInfo, edges } = await page({ last: 5 });
  await say(lise, other, 'Meanwhile');

  const older = await page({ last: 5, before: pageInfo.startCursor });

  const first = edges[0]!.node.sequence;
  expect(older.edges.map(({ node }) => node.sequence)).toEqual([1, 2, 3, 4, 5].map((back) => first - 6 + back));
});
