import { expect, test } from '@jest/globals';
import { LocalBus } from '../../src/bus/bus.ts';
import type { PresenceStatus } from '../../src/generated/prisma/client.ts';
import { MemoryPresenceStore } from '../../src/presence/memory-store.ts';
import { type PresenceUpdate, presenceState } from '../../src/presence/presence-state.ts';
import { until } from '../support/until.ts';
import { userRow } from '../support/user-row.ts';

/** The database, which is read for crowds only. */
const prisma = {
  $queryRaw: () => {
    throw new Error('There is no crowd');
  },
};

/** Waits for so many microtasks. */
async function moments(count: number): Promise<void> {
  for (let moment = 0; moment < count; moment += 1) await Promise.resolve();
}

test('a user who enters while a subscription begins is in exactly one of its values', async () => {
  const presence = new MemoryPresenceStore(new LocalBus(() => {}), () => {});
  const knownUsers = {
    load: async (ids: readonly string[]) => ids.map((id) => userRow(id)),
    watch: () => () => {},
  };
  const open = presenceState({ presence, knownUsers, prisma });

  // At every moment of the read that follows, and some later ones.
  for (let moment = 0; moment < 50; moment += 1) {
    const received: string[] = [];
    let isBegun = false;
    const state = await open(`room ${moment}`, ({ changed }) => {
      if (isBegun) received.push(...changed.map(({ id }) => id));
    });
    presence.enter(`room ${moment}`, 'ada');
    await moments(moment);
    const [{ changed }] = state.snapshot() as [PresenceUpdate];
    received.push(...changed.map(({ id }) => id));
    isBegun = true;
    await moments(50);
    state.close();

    expect(received).toEqual(['ada']);
  }
});

test('a new subscriber receives a user who has just changed once it is known that the user does not hide', async () => {
  const presence = new MemoryPresenceStore(new LocalBus(() => {}), () => {});
  const statuses: Record<string, PresenceStatus> = { ada: 'ONLINE', grace: 'ONLINE' };
  let change = (_userId: string) => {};
  const knownUsers = {
    load: async (ids: readonly string[]) => ids.map((id) => userRow(id, { chosenStatus: statuses[id] })),
    watch: (onChange: typeof change) => {
      change = onChange;
      return () => {};
    },
  };
  presence.enter('room', 'ada');
  presence.enter('room', 'grace');
  const received: PresenceUpdate[] = [];
  const state = await presenceState({ presence, knownUsers, prisma })('room', (now) => received.push(now));
  const names = ({ changed }: PresenceUpdate) => changed.map(({ id }) => id).sort();
  expect(state.snapshot().map(names)).toEqual([['ada', 'grace']]);

  received.length = 0; // before the first subscriber
  statuses.ada = 'OFFLINE';
  for (const userId of ['ada', 'grace']) change(userId);
  const [first] = state.snapshot();
  await until(() => received.length > 0);
  state.close();

  expect(first).toMatchObject({ isSnapshot: true, onlineCount: 0, changed: [] });
  expect(received.map(names)).toEqual([['grace']]);
  expect(received).toMatchObject([{ onlineCount: 1, wentOffline: ['ada'] }]);
});
