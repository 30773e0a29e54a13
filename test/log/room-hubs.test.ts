import { beforeEach, expect, test } from '@jest/globals';
import type { Bus } from '../../src/bus/bus.ts';
import { LocalBus } from '../../src/bus/bus.ts';
import type { RoomEvent } from '../../src/log/events.ts';
import { type OpenState, RoomHubs } from '../../src/log/room-hubs.ts';
import type { RoomWatcher, RoomWatches } from '../../src/log/room-watch.ts';
import { MemoryPresenceStore } from '../../src/presence/memory-store.ts';
import { typingState } from '../../src/presence/room-typing.ts';
import { type ReadNow, readsState } from '../../src/reading/room-reads.ts';
import type { Query } from '../../src/storage/pool.ts';
import type { KnownUsers } from '../../src/users/known-users.ts';

const roomId = 'tea';
let tellOfRoom: RoomWatcher;
let bus: Bus;
beforeEach(() => {
  bus = new LocalBus(() => {});
});

/** Nobody of them hides. */
const knownUsers = {
  watch: () => () => {},
  load: async (ids: readonly string[]) => ids.map((id) => ({ id, chosenStatus: 'ONLINE' })),
} as unknown as KnownUsers;

function hubs<Value>(open: OpenState<Value>): RoomHubs<Value> {
  const watch = async (_roomId: string, watcher: RoomWatcher) => {
    tellOfRoom = watcher;
    return () => {};
  };
  return new RoomHubs({ watches: { watch } as unknown as RoomWatches, access: async () => 'readable', open });
}

/** An answer that is given when `answer` is called. */
function held<Value>() {
  let answer: (value: Value) => void = () => {};
  let ask: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const answered = new Promise<Value>((resolve) => {
    answer = resolve;
  });
  const query = () => {
    ask();
    return answered;
  };
  return { query, asked, answer };
}

const said = (sequence: number) => ({ type: 'MESSAGE_ADDED', actorId: 'ada', message: { sequence } }) as RoomEvent;
const position = (lastReadSequence: number) => ({ userId: 'ada', lastReadSequence });

test('a message that is sent while read states open moves its author’s', async () => {
  const { query, asked, answer } = held<object[]>();
  const opening = hubs<ReadNow>(readsState({ bus, knownUsers, query: query as unknown as Query })).acquire(roomId);

  await asked;
  tellOfRoom([said(8)]);
  answer([position(7)]);

  const opened = await opening;
  expect(opened?.state.first()).toEqual([{ roomId, ...position(8) }]);
  opened?.state.close();
});

test('read states look again when it is not known what happened while they opened', async () => {
  const answers = [held<object[]>(), held<object[]>()];
  let asked = 0;
  const query = (() => answers[asked++]!.query()) as unknown as Query;
  const opening = hubs<ReadNow>(readsState({ bus, knownUsers, query })).acquire(roomId);

  await answers[0]!.asked;
  tellOfRoom(null);
  answers[0]!.answer([position(7)]);
  const opened = await opening;
  answers[1]!.answer([position(9)]);
  await answers[1]!.asked;
  await new Promise(setImmediate);

  expect(opened?.state.first()).toEqual([{ roomId, ...position(9) }]);
  opened?.state.close();
});

test('a crowd of messages while a state opens is not kept: the state looks anew', async () => {
  const told: (readonly RoomEvent[] | null)[] = [];
  const { query, asked, answer } = held<null>();
  const open: OpenState<never> = async () => {
    await query();
    return { first: () => [], happened: (events) => told.push(events), close: () => {} };
  };
  const opening = hubs(open).acquire(roomId);

  await asked;
  for (let sequence = 1; sequence <= 1000; sequence += 1) tellOfRoom([said(sequence)]);
  answer(null);
  await opening;

  expect(told).toEqual([null]);
});

test('who begins to type while the list opens is in it', async () => {
  const store = new MemoryPresenceStore(bus);
  const looks = [held<{ count: number; userIds: string[] }>(), held<{ count: number; userIds: string[] }>()];
  let asked = 0;
  let changed = () => {};
  store.present = () => looks[asked++]!.query();
  store.watch = async (_place, listener) => {
    changed = listener;
    return () => {};
  };
  const opening = hubs(typingState({ presence: store, knownUsers })).acquire(roomId);

  await looks[0]!.asked;
  changed();
  expect(asked).toBe(1); // not beside the first look, which might then be the last to answer
  looks[0]!.answer({ count: 0, userIds: [] });
  const opened = await opening;
  await looks[1]!.asked;
  looks[1]!.answer({ count: 1, userIds: ['ada'] });
  await new Promise(setImmediate);

  expect(opened?.state.first()).toEqual([{ roomId, userIds: ['ada'] }]);
  opened?.state.close();
  await store.close();
});
