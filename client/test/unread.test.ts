import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { MarkReadDocument, SetNotificationLevelDocument, UnreadDocument } from '../../test/generated/graphql.ts';
import { remove } from '../../test/support/messages.ts';
import { Random } from '../../test/support/random.ts';
import { leave, makeGroup, say } from '../../test/support/rooms.ts';
import { until } from '../../test/support/until.ts';
import { withServer } from '../../test/support/with-server.ts';
import type { Parley } from '../src/api.ts';
import { UnreadRoomsDocument } from '../src/documents.ts';
import { chatter, live } from './support/chatter.ts';

const { ada, grace } = await withServer('Ada', 'Grace');
const steps = process.env.TEST_RANDOM === 'nightly' ? 40 : 6;
const open: Parley[] = [];

/** A device of Ada's that shows what is unread. */
function device(): Parley {
  const { parley } = chatter(ada, { linger: 0 });
  open.push(parley);
  parley.unread.subscribe(() => {});
  return parley;
}

/** What the server counts for Ada. */
async function counted() {
  const { memberships } = (await open[0]!.request(UnreadRoomsDocument, {})).viewer!;
  const { messages } = (await ada.ask(UnreadDocument)).viewer!.unread;
  const rooms = memberships.nodes.map(({ room, readState }) => [room.id, readState!.unreadCount.value] as const);
  return { count: messages.value, isCapped: messages.isCapped, rooms: new Map(rooms) };
}

function shownBy({ unread }: Parley) {
  const { count, isCapped, rooms } = unread.get();
  return { count, isCapped, rooms: new Map([...rooms].map(([id, each]) => [id, each.count] as const)) };
}

/** Resolves once all devices show what the server counts. */
async function agreed() {
  let server = await counted();
  await until(async () => {
    server = await counted();
    return open.every((parley) => isDeepStrictEqual(shownBy(parley), server));
  }, 50);
  return server;
}

afterEach(async () => {
  for (const parley of open.splice(0)) parley.dispose();
});

test('all devices count what is unread in a room that one of them follows, and after it has let go', async () => {
  const [desk, phone] = [device(), device()];
  const roomId = await makeGroup(grace, 'Tea', [ada]);
  const room = desk.room(roomId);
  const counts: number[] = [];
  const note = async () => counts.push((await agreed()).rooms.get(roomId) ?? 0);

  await say(grace, roomId, 'Before');
  await note();
  const release = room.hold();
  await live(room);
  await say(grace, roomId, 'While it is shown');
  await note();
  phone.room(roomId).markRead(100);
  await note();
  const { id } = await say(grace, roomId, 'Unread');
  await say(grace, roomId, 'Unread too');
  await note();
  await remove(grace, id);
  await note();
  release();
  await say(grace, roomId, 'After');
  await note();
  await leave(ada, roomId);
  await note();

  expect(counts).toEqual([1, 2, 0, 2, 1, 2, 0]);
});

test('all devices count as the server does, whatever happens', async () => {
  const random = new Random(Number(process.env.SEED ?? 1));
  const [desk, phone] = [device(), device()];
  const rooms = await Promise.all(['One', 'Two', 'Three'].map((name) => makeGroup(ada, name, [grace])));
  const released: (() => void)[] = [];
  const said: string[] = [];
  const actions: ((roomId: string, parley: Parley) => unknown)[] = [
    async (roomId) => said.push((await say(grace, roomId, 'Hello')).id),
    async (roomId) => said.push((await say(grace, roomId, 'And hello')).id),
    () => said.length > 0 && remove(grace, random.of(said)),
    (roomId, parley) => released.push(parley.room(roomId).hold()),
    () => released.pop()?.(),
    (roomId) => ada.ask(MarkReadDocument, { input: { roomId, upToSequence: random.below(8) } }),
    (roomId, parley) => parley.room(roomId).send('Mine').done,
    (roomId) =>
      ada.ask(SetNotificationLevelDocument, { input: { roomId, level: random.of(['ALL', 'NONE'] as const) } }),
    (_, parley) => random.isTrue(0.3) && reconnect(parley),
  ];

  for (let step = 0; step < steps; step++) {
    for (let more = random.below(8); more >= 0; more--)
      await random.of(actions)(random.of(rooms), random.of([desk, phone]));
    await agreed();
  }

  expect((await agreed()).rooms.size).toBeGreaterThan(0); // else this has shown nothing
}, 300_000);

function reconnect(parley: Parley): void {
  parley.disconnect();
  parley.connect();
}
