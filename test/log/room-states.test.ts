import { beforeEach, expect, test } from '@jest/globals';
import type { Standing } from '../../src/access/standing.ts';
import type { Watcher } from '../../src/live/watches.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { roomStates } from '../../src/log/room-states.ts';

let standing: Standing | Error;
let publish: Watcher<RoomEvent>;
let watched: number;
let received: string[];
beforeEach(() => {
  [standing, watched, received] = ['member', 0, []];
});

/** Follows a state of the room `tea`, whose value is its id. */
async function follow(openTo: 'readers' | 'members') {
  const watch = async (_roomId: string, watcher: Watcher<RoomEvent>) => {
    publish = watcher;
    watched += 1;
    return () => void watched--;
  };
  const standingOf = async () => {
    if (standing instanceof Error) throw standing;
    return standing;
  };
  const open = async (roomId: string) => ({ snapshot: () => [{ roomId }], close: () => {} });
  const followRooms = roomStates({ watches: { watch }, standingOf, open, openTo, onError: () => {} });
  const viewer = { userId: 'ada', sessionId: 'phone', expiresAt: null, isAdmin: false };
  const source = await followRooms({ viewer }, { roomIds: ['tea'], path: ['roomIds'] });
  return source.begin({ next: () => {}, end: () => received.push('end') }).snapshot;
}

/** The viewer's membership of the room, which is public, becomes this. */
const membership = (state: string) =>
  ({
    type: 'MEMBERSHIP_CHANGED',
    eventNumber: 9,
    membership: { userId: 'ada', state, stateEventNumber: 9, room: { kind: 'CHANNEL' } },
  }) as RoomEvent;

test.each([
  ['readers', 'member'],
  ['readers', 'reader'],
  ['members', 'member'],
] as const)('a state for %s is open to a viewer who is “%s”', async (openTo, now) => {
  standing = now;

  expect(await follow(openTo)).toEqual([{ roomId: 'tea' }]);
});

test.each([
  ['readers', 'banned', 'BANNED'],
  ['readers', 'outsider', 'NOT_FOUND'],
  ['members', 'reader', 'FORBIDDEN'],
  ['members', 'banned', 'BANNED'],
  ['members', 'outsider', 'NOT_FOUND'],
] as const)('a state for %s is closed to a viewer who is “%s”: %s', async (openTo, now, code) => {
  standing = now;

  await expect(follow(openTo)).rejects.toMatchObject({ code, inputPath: ['roomIds'] });
  expect(watched).toBe(0);
});

test.each([
  ['readers', 'LEFT', []],
  ['readers', 'BANNED', ['end']],
  ['members', 'LEFT', ['end']],
  ['members', 'JOINED', []],
] as const)(
  'a public room’s state for %s, after the viewer’s membership is %s: %j',
  async (openTo, state, expected) => {
    await follow(openTo);

    publish([membership(state)]);

    expect(received).toEqual(expected);
  },
);

test.each([
  ['readers', 'reader', []],
  ['readers', 'outsider', ['end']],
  ['members', 'member', []],
  ['members', 'reader', ['end']],
  ['members', new Error('away'), ['end']],
] as const)(
  'after missed events, a state for %s checks the viewer’s access (%s): %j',
  async (openTo, now, expected) => {
    await follow(openTo);
    standing = now;

    publish(null);
    await new Promise((resolve) => setImmediate(resolve));

    expect(received).toEqual(expected);
  },
);
