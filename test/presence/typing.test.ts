import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { LocalBus } from '../../src/bus/bus.ts';
import type { Watcher } from '../../src/live/watches.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { MemoryPresenceStore } from '../../src/presence/memory-store.ts';
import { Typing, typingTopic } from '../../src/presence/typing.ts';

let store: MemoryPresenceStore;
let typing: Typing;
/** Opens the next watch; fails if it is an error. */
let outcome: Error | null;
let watchers: Map<string, Watcher<RoomEvent>>;
let opened: number;
beforeEach(() => {
  jest.useFakeTimers();
  store = new MemoryPresenceStore(new LocalBus(() => {}), () => {});
  [watchers, outcome, opened] = [new Map(), null, 0];
  const watch = async (roomId: string, watcher: Watcher<RoomEvent>) => {
    opened += 1;
    if (outcome) throw outcome;
    watchers.set(roomId, watcher);
    return () => void watchers.delete(roomId);
  };
  typing = new Typing(store, { watch });
});
afterEach(() => {
  typing.close();
  jest.useRealTimers();
});

const typists = async (roomId = 'tea') => (await store.present(typingTopic(roomId), 100)).userIds;
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const sent = (actorId: string) => ({ type: 'MESSAGE_ADDED', roomId: 'tea', actorId }) as RoomEvent;
const left = (userId: string) =>
  ({
    type: 'MEMBERSHIP_CHANGED',
    roomId: 'tea',
    eventNumber: 9,
    membership: { userId, state: 'LEFT', stateEventNumber: 9, room: { kind: 'CHANNEL' } },
  }) as RoomEvent;

test('a user counts as typing for six seconds after the last call', async () => {
  expect(typing.start('tea', 'ada')).toBe(6000);
  await pass(5000);
  typing.start('tea', 'ada');
  await pass(5999);
  expect(await typists()).toEqual(['ada']);

  await pass(1);

  expect(await typists()).toEqual([]);
});

test('a user types in one room and not in others, until they stop', async () => {
  typing.start('tea', 'ada');
  typing.start('tea', 'grace');
  expect(await typists('coffee')).toEqual([]);

  typing.stop('tea', 'ada');
  typing.stop('tea', 'ada');
  typing.stop('coffee', 'grace');

  expect(await typists()).toEqual(['grace']);
});

test('a call is accepted every two seconds, in each room', async () => {
  typing.start('tea', 'ada');
  typing.start('coffee', 'ada');
  await pass(1500);

  expect(() => typing.start('tea', 'ada')).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', extensions: expect.objectContaining({ retryAfterMs: 500 }) }),
  );
  await pass(500);
  typing.start('tea', 'ada');
});

test('a user who stops cannot start again sooner', async () => {
  typing.start('tea', 'ada');
  typing.stop('tea', 'ada');
  expect(() => typing.start('tea', 'ada')).toThrow();

  await pass(2000);
  typing.start('tea', 'ada');
  typing.stop('tea', 'ada');
  // The first stop is two seconds ago, the second start is not.
  await pass(100);

  expect(() => typing.start('tea', 'ada')).toThrow();
});

test('a message ends its author’s typing, and the end of a membership the member’s', async () => {
  for (const userId of ['ada', 'grace', 'linus']) typing.start('tea', userId);
  await pass(0);

  watchers.get('tea')?.([sent('ada'), left('grace')]);
  watchers.get('tea')?.(null);

  expect(await typists()).toEqual(['linus']);
});

test('a room is watched while a user types there', async () => {
  for (const userId of ['ada', 'grace']) typing.start('tea', userId);
  await pass(0);
  expect([opened, watchers.size]).toEqual([1, 1]);

  typing.stop('tea', 'ada');
  expect(watchers.size).toBe(1);
  await pass(6000);

  expect(watchers.size).toBe(0);
});

test('if a room cannot be watched, typing ends by its time, and the next typing user watches the room again', async () => {
  outcome = new Error('away');
  typing.start('tea', 'ada');
  await pass(0);
  expect(await typists()).toEqual(['ada']);

  outcome = null;
  typing.start('tea', 'grace');
  await pass(0);
  watchers.get('tea')?.([sent('ada')]);
  expect(await typists()).toEqual(['grace']);
  typing.start('tea', 'linus');
  await pass(6000);

  expect([await typists(), watchers.size]).toEqual([[], 0]);
});

test('after closing, typing watches nothing and removes no user from the store', async () => {
  typing.start('tea', 'ada');
  await pass(0);

  typing.close();
  await pass(10_000);

  expect([watchers.size, await typists()]).toEqual([0, ['ada']]);
});
