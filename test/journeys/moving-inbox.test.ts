import { beforeAll, expect, test } from '@jest/globals';
import { inbox } from '../support/inbox.ts';
import { edit, react } from '../support/messages.ts';
import type { Place } from '../support/pages.ts';
import { Random } from '../support/random.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { seeds } from '../support/seeds.ts';
import { withServer } from '../support/with-server.ts';

const { ada, grace } = await withServer('Ada', 'Grace');

/** Ids of the newest messages by room. */
const newest = new Map<string, string>();
beforeAll(async () => {
  for (let n = 0; n < 20; n += 1) await speak(await makeGroup(ada, `Room ${n}`, [grace]));
});

async function speak(roomId: string): Promise<void> {
  newest.set(roomId, (await say(grace, roomId, 'Hello')).id);
}

/** Does something in a random room. Returns the room if it moves up. */
async function act(random: Random): Promise<string | null> {
  const roomId = random.of([...newest.keys()]);
  const message = newest.get(roomId)!;
  const actions = [
    () => speak(roomId).then(() => roomId),
    () => edit(grace, message, `Edited ${random.below(1000)}`).then(() => null),
    () => react(grace, message, random.of(['👍', '🎉'])).then(() => null),
  ];
  return random.of(actions)();
}

/** Reads all pages in one direction, with random acts between them. */
async function readWhileRoomsMove(random: Random, direction: 'forward' | 'backward') {
  const moved = new Set<string>();
  const pages: string[][] = [];
  for (let place: Place | null = {}; place; ) {
    const size = 1 + random.below(6);
    const page = await inbox(ada, { ...place, ...(direction === 'forward' ? { first: size } : { last: size }) });
    pages.push(page.items);
    const { hasNextPage, endCursor: after, hasPreviousPage, startCursor: before } = page;
    if (direction === 'forward') place = hasNextPage ? { after } : null;
    else place = hasPreviousPage ? { before } : null;
    // A reader who goes towards the newest rooms gets to the end once they rest.
    const acts = direction === 'forward' || pages.length < 8 ? random.below(4) : 0;
    for (let n = 0; n < acts; n += 1) moved.add((await act(random)) ?? '');
  }
  return { moved, seen: direction === 'forward' ? pages.flat() : pages.reverse().flat() };
}

test.each(seeds({ few: 4, many: 20 }))(
  'a reader gets each room that rests once, while others move (%i)',
  async (seed) => {
    const random = new Random(seed);
    const before = (await inbox(ada, { first: 100 })).items;

    const { moved, seen } = await readWhileRoomsMove(random, 'forward');

    expect(moved.size).toBeGreaterThan(1); // else this proves nothing
    expect(new Set(seen).size).toBe(seen.length); // nothing comes twice, not even a room that moves
    expect(seen.filter((id) => !moved.has(id))).toEqual(before.filter((id) => !moved.has(id)));
  },
);

test.each(seeds({ few: 4, many: 20 }))('a reader who begins with the oldest room misses none (%i)', async (seed) => {
  const random = new Random(100 + seed);
  const before = (await inbox(ada, { first: 100 })).items;

  const { moved, seen } = await readWhileRoomsMove(random, 'backward');

  expect(moved.size).toBeGreaterThan(1); // else this proves nothing
  expect(seen.filter((id) => !moved.has(id))).toEqual(before.filter((id) => !moved.has(id)));
  expect(new Set(seen)).toEqual(new Set(before)); // a room that moves up comes again, or for the first time
});
