import { expect, test } from '@jest/globals';
import { LocalBus } from '../../src/live/bus.ts';
import { MemoryPresenceStore } from '../../src/presence/memory-store.ts';
import { type PresenceNow, presenceState } from '../../src/presence/room-now.ts';

/** Lets so many microtasks go by. */
async function moments(count: number): Promise<void> {
  for (let moment = 0; moment < count; moment += 1) await Promise.resolve();
}

test('whoever begins while somebody comes is told of them once', async () => {
  const presence = new MemoryPresenceStore(new LocalBus(() => {}));
  const knownUsers = { load: async (ids: readonly string[]) => ids.map((id) => ({ id, chosenStatus: 'ONLINE' })) };
  const open = presenceState({ presence, knownUsers, prisma: null } as never);

  // At every moment of the look that follows, and some beyond.
  for (let moment = 0; moment < 50; moment += 1) {
    const told: string[] = [];
    let isBegun = false;
    const state = await open(`room ${moment}`, ({ changed }) => {
      if (isBegun) told.push(...changed.map(({ id }) => id));
    });
    presence.enter(`room ${moment}`, 'ada');
    await moments(moment);
    const [{ changed }] = state.first() as [PresenceNow];
    told.push(...changed.map(({ id }) => id));
    isBegun = true;
    await moments(50);
    state.close();

    expect(told).toEqual(['ada']);
  }
});
