import { beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import type { InboxQueryVariables } from '../generated/graphql.ts';
import { type InboxEdge, inbox } from '../support/inbox.ts';
import { backward, forward, type Place } from '../support/pages.ts';
import { Random } from '../support/random.ts';
import { storeRooms } from '../support/stored-rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada } = await withServer('Ada');

/** More rooms than the server looks at before it knows which may be on a page. */
const count = 600;
/** Ids of memberships with the activity of their rooms, newest activity first. */
let model: { id: string; edge: InboxEdge }[];
beforeAll(async () => {
  const sql = new pg.Client({ connectionString: server.databaseUrl });
  await sql.connect();
  await storeRooms(sql, { userId: innerId('User', ada.id), count });
  const edges = await forward(async (place) => {
    const page = await inbox(ada, { ...place, orderBy: 'JOINED' });
    return { ...page, items: page.edges };
  }, 100);
  const { rows } = await sql.query<{ id: string; at: Date }>(
    `SELECT own."id", least(head."lastEventAt", coalesce(m."createdAt", room."createdAt")) AS at
    FROM "Membership" own JOIN "Room" room ON room."id" = own."roomId" JOIN "RoomHead" head ON head."roomId" = room."id"
    LEFT JOIN "Message" m ON m."roomId" = room."id" AND m."sequence" = head."lastSequence"
    WHERE own."userId" = $1 ORDER BY at DESC, own."id" DESC`,
    [innerId('User', ada.id)],
  );
  const byId = new Map(edges.map((edge) => [innerId('RoomMembership', edge.node.id), edge]));
  await sql.end();
  model = rows.map(({ id }) => ({ id, edge: byId.get(id)! }));
});

const roomsOf = (rows: typeof model) => rows.map(({ edge }) => edge.node.room.id);

test('a long inbox is in the order of activity, from both ends', async () => {
  const load = (place: Place) => inbox(ada, place);

  expect(model).toHaveLength(count); // else this proves nothing
  expect(await forward(load, 100)).toEqual(roomsOf(model));
  expect(await backward(load, 100)).toEqual(roomsOf(model));
});

test('any page of a long inbox has what belongs there', async () => {
  const cursors = await forward(async (place) => {
    const page = await inbox(ada, place);
    return { ...page, items: page.edges.map(({ cursor }) => cursor) };
  }, 100);
  const random = new Random(1);

  for (let n = 0; n < 40; n += 1) {
    const [from, to] = [random.below(count), random.below(count + 1)].sort((a, b) => a - b) as [number, number];
    const size = 1 + random.below(30);
    const between = { after: cursors[from - 1], before: cursors[to] };
    const rows = model.slice(from, to);
    const first = await inbox(ada, { ...between, first: size });
    const last = await inbox(ada, { ...between, last: size });

    expect({ from, to, size, items: first.items }).toEqual({ from, to, size, items: roomsOf(rows.slice(0, size)) });
    expect({ from, to, size, items: last.items }).toEqual({ from, to, size, items: roomsOf(rows.slice(-size)) });
  }
});

test.each<[string, InboxQueryVariables['filter'], (edge: InboxEdge['node']) => boolean]>([
  ['of a kind', { kinds: ['SUPPORT'] }, ({ room }) => room.kind === 'SUPPORT'],
  ['with unread messages', { unreadOnly: true }, ({ readState }) => readState!.unreadCount.value > 0],
  ['with a name', { query: 'ROOM 1' }, ({ room }) => room.name?.includes('Room 1') ?? false],
  [
    'unread ones of two kinds',
    { unreadOnly: true, kinds: ['GROUP', 'DIRECT'] },
    ({ room, readState }) => room.kind !== 'SUPPORT' && readState!.unreadCount.value > 0,
  ],
])('the rooms %s of a long inbox are those that match, and are counted', async (_which, filter, matches) => {
  const expected = model.filter(({ edge }) => matches(edge.node));
  expect(expected.length).toBeGreaterThan(30); // else this proves nothing

  expect(await forward((place) => inbox(ada, { ...place, filter }), 100)).toEqual(roomsOf(expected));
  expect(await backward((place) => inbox(ada, { ...place, filter }), 100)).toEqual(roomsOf(expected));
  expect((await inbox(ada, { first: 0, filter })).total).toEqual({ value: expected.length, isCapped: false });
});
