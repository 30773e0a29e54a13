import { beforeAll, describe, expect, test } from '@jest/globals';
import { InboxDocument, type InboxQueryVariables, MembershipsDocument } from '../generated/graphql.ts';
import { inbox } from '../support/inbox.ts';
import { edit, react, remove } from '../support/messages.ts';
import { backward, forward, type Place } from '../support/pages.ts';
import type { Person } from '../support/person.ts';
import { converse, join, leave, makeGroup, makeRoom, roomCalled, say } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, hedy } = await withServer('Ada', 'Grace', 'Hedy');

/** Ada's rooms, in the order in which she joined them. */
let rooms: Record<'channel' | 'stream' | 'group' | 'talk' | 'support', string>;
beforeAll(async () => {
  const { radia } = await server.people('Radia');
  const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Compilers' }, [grace]);
  const stream = await makeRoom(ada, { kind: 'STREAM', name: 'Launch 100%' }, [grace]);
  const group = await makeGroup(ada, 'Night shift', [grace]);
  const talk = await converse(ada, grace);
  const support = await converse(ada, radia, hedy);
  rooms = { channel, stream, group, talk, support };
});

/** A message in each of these rooms, one after the other. */
async function speakIn(author: Person, roomIds: string[]) {
  for (const roomId of roomIds) await say(author, roomId, 'Hello');
}

describe('in the order of activity', () => {
  test('the room with the newest message is the first', async () => {
    const { channel, stream, group, talk, support } = rooms;
    await speakIn(ada, [group, channel, support, stream, talk]);

    expect((await inbox(ada)).items).toEqual([talk, stream, support, channel, group]);
    await say(grace, channel, 'News');
    expect((await inbox(ada)).items).toEqual([channel, talk, stream, support, group]);
  });

  test('edits, deletions, reactions and changes of the room move nothing', async () => {
    const { channel, group } = rooms;
    const { id } = await say(grace, group, 'Typo');
    await say(grace, channel, 'Newer');
    const before = (await inbox(ada)).items;
    expect(before.slice(0, 2)).toEqual([channel, group]);

    await react(ada, id, '👍');
    await edit(grace, id, 'No typo');
    await remove(grace, id);
    const rename = `mutation ($id: ID!) { updateRoom(input: { roomId: $id, topic: "New" }) { userErrors { code } } }`;
    await ada.tryAsk(rename, { id: group });

    expect((await inbox(ada)).items).toEqual(before);
  });

  test('a room without messages is as old as its creation', async () => {
    const { sophie } = await server.people('Sophie');
    const first = await makeGroup(sophie, 'First');
    const talk = await converse(sophie, grace);
    const pets = await roomCalled('pets', sophie); // created when the server started
    await join(sophie, pets);
    expect((await inbox(sophie)).edges.at(-1)?.node.room.latestMessage).not.toBeNull();

    const last = await makeGroup(sophie, 'Last');

    expect((await inbox(sophie)).items).toEqual([last, pets, talk, first]);
  });

  test('a room leaves the list with the membership', async () => {
    const { katherine } = await server.people('Katherine');
    const [one, two] = [await makeGroup(hedy, 'One', [katherine]), await makeGroup(hedy, 'Two', [katherine])];
    expect((await inbox(katherine)).items).toEqual([two, one]);

    await leave(katherine, two);
    await say(hedy, two, 'Without you');

    expect(await inbox(katherine)).toMatchObject({ items: [one], total: { value: 1 } });
  });

  test('each room is on exactly one page, in both directions and with any page size', async () => {
    const load = (place: Place) => inbox(ada, place);
    const { items } = await inbox(ada, { first: 100 });
    expect(items.length).toBeGreaterThan(4); // else this proves nothing

    for (const size of [1, 2, 3, 100]) {
      expect(await forward(load, size)).toEqual(items);
      expect(await backward(load, size)).toEqual(items);
    }
  });

  test('a page before the first one has the rooms that have moved up since', async () => {
    const { group, talk, channel } = rooms;
    await speakIn(grace, [talk, channel]);
    const { startCursor } = await inbox(ada, { first: 2 });
    expect((await inbox(ada, { before: startCursor })).items).toEqual([]);

    await speakIn(grace, [group, talk]);

    expect((await inbox(ada, { before: startCursor })).items).toEqual([talk, group]);
    expect((await inbox(ada, { before: startCursor, last: 1 })).items).toEqual([group]);
  });

  test('a reader who pages on gets no room that has moved up, and every other one', async () => {
    const { items: all } = await inbox(ada);
    const { endCursor } = await inbox(ada, { first: 2 });

    await say(ada, all[3]!, 'Up');

    expect((await inbox(ada, { after: endCursor })).items).toEqual([all[2], ...all.slice(4)]);
  });

  test('it reads the snapshot of an operation with stream cursors', async () => {
    const query = `{ viewer { memberships(orderBy: ACTIVITY, filter: { kinds: [GROUP, DIRECT], query: "i", unreadOnly: false }) {
      totalCount { value } nodes { room { id syncCursor } } } } }`;
    const filter = { kinds: ['GROUP' as const, 'DIRECT' as const], query: 'i' };

    const { data, errors } = await ada.tryAsk<SnapshotInbox, object>(query);

    const { items } = await inbox(ada, { filter });
    expect(errors).toBeUndefined();
    expect(items.length).toBeGreaterThan(1); // else this proves nothing
    expect(data.viewer.memberships.nodes.map(({ room }) => room.id)).toEqual(items);
  });
  interface SnapshotInbox {
    viewer: { memberships: { nodes: { room: { id: string } }[] } };
  }
});

describe.each(['JOINED', 'ACTIVITY'] as const)('in the order %s', (orderBy) => {
  /** Returns the names in `rooms` of the rooms that a filter leaves. */
  async function left(filter: InboxQueryVariables['filter'], reader = ada) {
    const { items, total } = await inbox(reader, { orderBy, filter });
    expect(total).toEqual({ value: items.length, isCapped: false });
    return items.map((id) => Object.entries(rooms).find(([, room]) => room === id)?.[0] ?? 'another').sort();
  }
  const all = ['channel', 'group', 'stream', 'support', 'talk'];

  test('no condition leaves every room', async () => {
    for (const filter of [null, {}, { query: ' ' }, { unreadOnly: false }, { kinds: null, query: null }]) {
      expect(await left(filter)).toEqual(all);
    }
  });

  test('only rooms of the kinds are left', async () => {
    expect(await left({ kinds: ['CHANNEL', 'STREAM', 'CHANNEL'] })).toEqual(['channel', 'stream']);
    expect(await left({ kinds: ['DIRECT'] })).toEqual(['support', 'talk']);
    expect(await left({ kinds: ['SUPPORT'] })).toEqual([]);
    expect(await left({ kinds: [] })).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    ['a part of the name in other case', 'COMPIL', ['channel']],
    ['white space around', ' shift ', ['group']],
    ['characters that mean something in a pattern', '0%', ['stream']],
    ['an underscore', '_', []],
    ['the display name of another member', 'rac', ['talk']],
    ['the name of any other member', 'radia', ['support']],
    ['the own name', 'Ada', []],
    ['a topic', 'New', []],
  ])('a name matches %s', async (_what, query, expected) => {
    expect(await left({ query })).toEqual(expected);
  });

  test('a conversation matches the username of the other', async () => {
    const username = 'query ($id: ID!) { user(id: $id) { username } }';
    const { data } = await ada.tryAsk<{ user: { username: string } }, object>(username, { id: ada.id });

    expect(await left({ query: data.user.username }, grace)).toEqual(['talk']);
  });

  test('only rooms with unread messages are left', async () => {
    for (const roomId of Object.values(rooms)) await say(ada, roomId, 'Read all before');
    expect(await left({ unreadOnly: true })).toEqual([]);
    const deleted = await say(grace, rooms.group, 'Oops');
    await speakIn(grace, [rooms.talk, rooms.channel]);

    expect(await left({ unreadOnly: true })).toEqual(['channel', 'group', 'talk']);
    await remove(grace, deleted.id);
    expect(await left({ unreadOnly: true })).toEqual(['channel', 'talk']);
    await say(ada, rooms.talk, 'I see');
    expect(await left({ unreadOnly: true })).toEqual(['channel']);
    expect(await left({ unreadOnly: true, kinds: ['DIRECT'] })).toEqual([]);
  });

  test('a filter leaves the order and the pages as they are', async () => {
    const filter = { query: 'r' };
    const load = (place: Place) => inbox(ada, { orderBy, filter, ...place });
    const { items } = await inbox(ada, { orderBy, filter });
    const { items: whole } = await inbox(ada, { orderBy });

    expect(items.length).toBeGreaterThan(2); // else this proves nothing
    expect(items).toEqual(whole.filter((id) => items.includes(id)));
    expect(await forward(load, 2)).toEqual(items);
    expect(await backward(load, 2)).toEqual(items);
  });
});

test('without arguments, the order is that of joining', async () => {
  const { viewer } = await ada.ask(MembershipsDocument, {});

  expect(viewer?.memberships.edges.map(({ node }) => node.room.id)).toEqual(
    (await inbox(ada, { orderBy: 'JOINED', filter: {} })).items,
  );
});

describe('the inbox refuses', () => {
  const refused = async (wanted: InboxQueryVariables) => {
    const { errors } = await ada.tryAsk(InboxDocument, wanted);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    return errors?.[0]?.message;
  };
  const cursor = (text: string) => Buffer.from(text).toString('base64url');
  const id = '0190c0de-0000-7000-8000-000000000000';

  test('the cursors of the other order, with or without a filter', async () => {
    const { endCursor: active } = await inbox(ada, { first: 1 });
    const { endCursor: joined } = await inbox(ada, { first: 1, orderBy: 'JOINED' });
    const { endCursor: filtered } = await inbox(ada, { first: 1, orderBy: 'JOINED', filter: { query: 'r' } });

    for (const after of [joined, filtered]) {
      expect(await refused({ after })).toBe('`after` is not a cursor of this list.');
    }
    for (const filter of [null, { unreadOnly: true }]) {
      expect(await refused({ before: active, orderBy: 'JOINED', filter })).toBe(
        '`before` is not a cursor of this list.',
      );
    }
    expect((await inbox(ada, { after: filtered, orderBy: 'JOINED' })).edges).not.toEqual([]);
  });

  test.each([
    '',
    `1`,
    `1.${id}.1`,
    `-1.${id}`,
    `1e3.${id}`,
    `NaN.${id}`,
    `99999999999999.${id}`,
    `1.${id.toUpperCase()}`,
    `1.${'-'.repeat(36)}`,
  ])('the invented position "%s"', async (position) => {
    expect(await refused({ after: cursor(`activity:${position}`) })).toBe('`after` is not a cursor of this list.');
  });

  test.each<[string, string]>([
    ['a name of more than 100 characters', 'x'.repeat(101)],
    ['a name with half of a surrogate pair', '\ud83d'],
    ['a name with NUL', 'a\0b'],
  ])('%s', async (_what, query) => {
    await refused({ filter: { query } });
  });

  test('pages of more than 100', async () => {
    expect(await refused({ first: 101 })).toBe('`first` is 101; expected 0 to 100.');
    expect(await refused({ first: 1, last: 1, filter: {} })).toBe('Use `first` or `last`, not both.');
  });

  test('no position that it could have returned', async () => {
    expect((await inbox(ada, { after: cursor(`activity:9999999999999.${id}`) })).items).toHaveLength(5);
    expect((await inbox(ada, { after: cursor(`activity:0.${id}`) })).items).toEqual([]);
    expect((await inbox(ada, { first: 0 })).items).toEqual([]);
  });
});
