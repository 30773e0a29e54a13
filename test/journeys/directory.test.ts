import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ArchiveRoomDocument,
  RoomBySlugDocument,
  RoomsDocument,
  type RoomsQueryVariables,
} from '../generated/graphql.ts';
import { backward, forward, type Place } from '../support/pages.ts';
import { type Person, people } from '../support/person.ts';
import { converse, makeGroup, makeRoom } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const channels = ['cooking', 'general', 'pets', 'travel'];
const streams = ['launch-day', 'launch-night'];

let server: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
  await makeRoom(ada, { kind: 'STREAM', name: 'Launch Day', topic: 'Three, two, 100%' });
  await makeRoom(ada, { kind: 'STREAM', name: 'Launch Night' });
  await makeGroup(ada, 'Cooking club');
  await converse(ada, grace);
});
afterAll(() => server.close());

async function slugs(variables: RoomsQueryVariables) {
  const { rooms } = await grace.ask(RoomsDocument, variables);
  return { items: rooms.nodes.map(({ slug }) => slug), ...rooms.pageInfo };
}

describe('the directory', () => {
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

  test('a room is met once, whichever way one pages', async () => {
    const all = (await slugs({})).items;

    expect(await forward((place: Place) => slugs(place), 4)).toEqual(all);
    expect(await backward((place: Place) => slugs(place), 4)).toEqual(all);
  });

  test('a page tells what lies around it', async () => {
    const first = await slugs({ first: 2 });
    const second = await slugs({ first: 2, after: first.endCursor });
    const between = await slugs({ after: first.endCursor, before: second.endCursor });

    expect(first).toMatchObject({ items: ['cooking', 'general'], hasNextPage: true, hasPreviousPage: false });
    expect(second).toMatchObject({ items: ['launch-day', 'launch-night'], hasNextPage: true, hasPreviousPage: true });
    expect(between.items).toEqual(['launch-day']);
  });

  test('an archived room is not listed, but found by its slug', async () => {
    const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Old news' });
    expect((await slugs({ query: 'news' })).items).toEqual(['old-news']);

    await ada.ask(ArchiveRoomDocument, { input: { roomId } });

    expect((await slugs({ query: 'news' })).items).toEqual([]);
    expect((await grace.ask(RoomBySlugDocument, { slug: 'old-news' })).roomBySlug?.id).toBe(roomId);
  });

  test('a text that no room can have is refused', async () => {
    const { errors } = await grace.tryAsk(RoomsDocument, { query: 'a\0b' });

    expect(errors).toMatchObject([
      { message: 'The text contains a NUL character.', extensions: { code: 'INVALID_INPUT' } },
    ]);
  });
});

describe('a slug', () => {
  test('leads to its room', async () => {
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
