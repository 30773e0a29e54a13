import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { LocalBus } from '../../src/bus/bus.ts';
import type { State } from '../../src/live/shared-states.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import type { PositionRow, ReadPosition } from '../../src/reading/member-positions.ts';
import { readsTopic } from '../../src/reading/read-moved.ts';
import { maxReaders, readPositionState } from '../../src/reading/read-position-state.ts';
import type { Query } from '../../src/storage/pool.ts';

const roomId = 'tea';

/** What the database answers, in the order of the questions; a question without an answer waits for `answer`. */
let answers: ((rows: PositionRow[] | Error) => void)[];
let published: ReadPosition[];
let state: State<RoomEvent, ReadPosition>;
let bus: LocalBus;
let reconnect: () => void;
let change: (userId: string) => void;
let listeners: number;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
  [answers, published, listeners] = [[], [], 0];
});
afterEach(() => {
  state?.close();
  jest.useRealTimers();
});

/** Begins to open the state of a room, as far as its first question to the database. */
async function opening() {
  bus = new LocalBus(() => {});
  Object.assign(bus, {
    watch: (listener: (isConnected: boolean) => void) => {
      reconnect = () => listener(true);
    },
  });
  const subscribe = bus.subscribe.bind(bus);
  bus.subscribe = async (...args) => {
    const unsubscribe = await subscribe(...args);
    listeners += 1;
    return () => {
      listeners -= 1;
      unsubscribe();
    };
  };
  const query = () =>
    new Promise((resolve, reject) => {
      answers.push((rows) => (rows instanceof Error ? reject(rows) : resolve(rows)));
    });
  const knownUsers = {
    watch: (onChange: typeof change) => {
      change = onChange;
      return () => {};
    },
  };
  const open = readPositionState({ bus, knownUsers, query: query as Query, onError: () => {} });
  const opened = open(roomId, (position) => published.push(position)).then((opened) => {
    state = opened;
  });
  await turn();
  return opened;
}

/** Opens the state with these rows. */
async function openWith(rows: PositionRow[]): Promise<void> {
  const opened = opening();
  await turn();
  await answer(rows);
  await opened;
}

async function answer(rows: PositionRow[] | Error): Promise<void> {
  answers.shift()?.(rows);
  await turn();
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const nextInterval = () => jest.advanceTimersByTimeAsync(1000);
const row = (userId: string, lastReadSequence: number, isHiding = false) => ({ userId, lastReadSequence, isHiding });
const position = (userId: string, lastReadSequence: number) => ({ roomId, userId, lastReadSequence });
const sent = (userId: string, sequence: number) =>
  ({ type: 'MESSAGE_ADDED', actorId: userId, message: { sequence } }) as RoomEvent;
const read = async (userId: string, lastReadSequence: number) => {
  bus.publish(readsTopic(roomId), { type: 'READ', roomId, userId, lastReadSequence });
  await turn();
};

test('a snapshot has the positions of all who have read and do not hide', async () => {
  await openWith([row('ada', 7), row('grace', 0), row('linus', 9, true)]);

  expect(state.snapshot()).toEqual([position('ada', 7)]);
  expect(published).toEqual([]);
});

test('a member who reads on, or sends a message, is published; a position never goes back', async () => {
  await openWith([row('ada', 7), row('grace', 5)]);

  await read('ada', 8);
  await read('ada', 6);
  state.accept?.([sent('grace', 9)]);
  await nextInterval();

  expect(published).toEqual([position('ada', 8), position('grace', 9)]);
  expect(state.snapshot()).toEqual([position('ada', 8), position('grace', 9)]);
});

test('of each member only the last position of an interval is published', async () => {
  await openWith([row('ada', 7)]);

  for (const sequence of [8, 9, 10]) await read('ada', sequence);
  await nextInterval();

  expect(published).toEqual([position('ada', 8), position('ada', 10)]);
});

test('a member who reads on while the positions are read keeps the newer one', async () => {
  const opened = opening();
  await turn();
  await read('ada', 8);
  await answer([row('ada', 7)]);
  await opened;

  expect(state.snapshot()).toEqual([position('ada', 8)]);
});

test('a reader who is not yet known as a member is shown once the database says that the reader does not hide', async () => {
  await openWith([]);
  await read('ada', 8);
  await read('grace', 8);
  expect(state.snapshot()).toEqual([]);

  await answer([row('ada', 8), row('grace', 8, true)]);
  await nextInterval();

  expect(state.snapshot()).toEqual([position('ada', 8)]);
  expect(published).toEqual([position('ada', 8)]);
});

test('a member who changes while the positions are read is not shown before they are read again', async () => {
  const opened = opening();
  await turn();
  change('ada');
  await answer([row('ada', 7)]);
  await opened;
  expect(state.snapshot()).toEqual([]);

  await answer([row('ada', 7, true)]);

  expect([state.snapshot(), published]).toEqual([[], []]);
});

test('a member who begins to hide is not shown, nor published, from that moment', async () => {
  await openWith([row('ada', 7), row('grace', 7)]);
  change('ada');
  await read('ada', 8);
  expect(state.snapshot()).toEqual([position('grace', 7)]);

  await answer([row('ada', 8, true), row('grace', 7)]);
  await nextInterval();

  expect([state.snapshot(), published]).toEqual([[position('grace', 7)], []]);
});

test('a member who no longer hides is published', async () => {
  await openWith([row('ada', 7, true)]);
  change('ada');
  await answer([row('ada', 7)]);

  expect(published).toEqual([position('ada', 7)]);
});

test('a member who leaves is no longer shown', async () => {
  await openWith([row('ada', 7), row('grace', 5)]);

  state.accept?.([{ type: 'MEMBERSHIP_CHANGED' } as RoomEvent]);
  await answer([row('grace', 5)]);

  expect(state.snapshot()).toEqual([position('grace', 5)]);
});

test.each([
  ['events of the room were missed', () => state.accept?.(null)],
  ['the bus is back', () => reconnect()],
])('the positions are read again after %s', async (_what, happen) => {
  await openWith([row('ada', 7)]);
  happen();
  await answer([row('ada', 9)]);

  expect(published).toEqual([position('ada', 9)]);
});

test('of many rooms, one slice after the other is read again when the bus is back', async () => {
  let reads = 0;
  let back = () => {};
  const query = async () => {
    reads += 1;
    return [];
  };
  const open = readPositionState({
    bus: Object.assign(new LocalBus(() => {}), {
      watch: (listener: (isConnected: boolean) => void) => {
        back = () => listener(true);
      },
    }),
    knownUsers: { watch: () => () => {} },
    query: query as unknown as Query,
    onError: () => {},
  });
  const states = await Promise.all(Array.from({ length: 25 }, (_, number) => open(`room ${number}`, () => {})));
  await jest.advanceTimersByTimeAsync(1000);

  back();
  expect(reads).toBe(25 + 20);
  await jest.advanceTimersByTimeAsync(100);
  expect(reads).toBe(25 + 25);

  for (const opened of states) opened.close();
});

test('a crowd is shown no positions', async () => {
  const crowd = Array.from({ length: maxReaders + 1 }, (_, index) => row(`user ${index}`, 7));
  await openWith(crowd);

  await read('user 1', 8);
  await nextInterval();
  expect([state.snapshot(), published]).toEqual([[], []]);
  state.accept?.([{ type: 'MEMBERSHIP_CHANGED' } as RoomEvent]);
  await answer(crowd.slice(1));

  expect(state.snapshot()).toHaveLength(maxReaders);
});

test('if the positions cannot be read at first, the opening rejects and leaves nothing open', async () => {
  const opened = opening();
  opened.catch(() => {});
  await turn();
  expect(listeners).toBe(1);

  await answer(new Error('away'));

  await expect(opened).rejects.toThrow('away');
  expect(listeners).toBe(0);
  reconnect();
  expect(answers).toEqual([]);
});

test('if the positions cannot be read later, they are read again after an interval', async () => {
  await openWith([row('ada', 7)]);
  reconnect();
  await answer(new Error('away'));
  expect(answers).toEqual([]);

  await nextInterval();
  await answer([row('ada', 9)]);

  expect(state.snapshot()).toEqual([position('ada', 9)]);
});

test('a closed state reads and publishes nothing', async () => {
  await openWith([row('ada', 7)]);
  state.close();

  await read('ada', 8);
  reconnect();
  change('ada');
  await nextInterval();

  expect([listeners, answers, published]).toEqual([0, [], []]);
});
