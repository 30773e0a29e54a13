import { afterEach, expect, jest, test } from '@jest/globals';
import { SharedResources } from '../../src/live/shared.ts';
import { Random } from '../support/random.ts';

/** A resource that opens when the test says so. */
interface Door {
  key: string;
  state: 'opening' | 'open' | 'closed' | 'absent' | 'failed';
  closed: number;
  settle: (outcome: 'open' | 'absent' | 'failed') => Promise<void>;
}

function doors(options: { lingerMs?: number; onClose?: () => void } = {}) {
  const all: Door[] = [];
  const open = (key: string) =>
    new Promise<{ value: Door; close: () => void } | null>((resolve, reject) => {
      const close = () => {
        door.state = 'closed';
        door.closed += 1;
        options.onClose?.();
      };
      const settle: Door['settle'] = async (outcome) => {
        door.state = outcome;
        if (outcome === 'open') resolve({ value: door, close });
        else if (outcome === 'absent') resolve(null);
        else reject(new Error('away'));
        await new Promise<void>((done) => process.nextTick(done));
      };
      const door: Door = { key, state: 'opening', closed: 0, settle };
      all.push(door);
    });
  return { all, shared: new SharedResources<Door>({ open, ...options }) };
}

afterEach(() => {
  jest.useRealTimers();
});

test('the first holder opens a resource, and all who hold it share it', async () => {
  const { all, shared } = doors();
  const one = shared.acquire('tea');
  const two = shared.acquire('tea');
  await all[0]?.settle('open');
  const three = shared.acquire('tea');

  expect(await Promise.all([one.value, two.value, three.value])).toEqual([all[0], all[0], all[0]]);
  expect([all.length, shared.holders('tea'), shared.size]).toEqual([1, 3, 1]);
});

test('each key has a resource of its own', async () => {
  const { all, shared } = doors();
  const tea = shared.acquire('tea');
  shared.acquire('coffee');
  await all[0]?.settle('open');
  expect([shared.get('tea'), shared.get('coffee'), shared.values()]).toEqual([all[0], null, [all[0]]]);

  tea.release();

  expect(all.map(({ state }) => state)).toEqual(['closed', 'opening']);
});

test('the last holder to release a resource closes it, once', async () => {
  const { all, shared } = doors();
  const leases = [shared.acquire('tea'), shared.acquire('tea')];
  await all[0]?.settle('open');

  leases[0]?.release();
  leases[0]?.release();
  expect(all[0]?.state).toBe('open');
  for (const { release } of leases) release();
  for (const { release } of leases) release();

  expect([all[0]?.closed, shared.size]).toEqual([1, 0]);
});

test('a closed resource is opened again', async () => {
  const { all, shared } = doors();
  const first = shared.acquire('tea');
  await all[0]?.settle('open');
  first.release();

  const second = shared.acquire('tea');
  await all[1]?.settle('open');
  first.release();

  expect(await second.value).toBe(all[1]);
  expect(all.map(({ state }) => state)).toEqual(['closed', 'open']);
});

test('a resource that all release while it opens is closed once it is open', async () => {
  const { all, shared } = doors();
  const lease = shared.acquire('tea');

  lease.release();
  expect([all[0]?.closed, shared.holders('tea')]).toEqual([0, 0]);
  await all[0]?.settle('open');

  expect([all[0]?.closed, shared.size]).toEqual([1, 0]);
});

test('an opening that was released serves the next holder', async () => {
  const { all, shared } = doors();
  shared.acquire('tea').release();
  const lease = shared.acquire('tea');
  await all[0]?.settle('open');

  expect(await lease.value).toBe(all[0]);
  expect([all.length, all[0]?.state]).toEqual([1, 'open']);
});

test('a failed opening fails for all who wait, and is not kept', async () => {
  const { all, shared } = doors();
  const leases = [shared.acquire('tea'), shared.acquire('tea')];
  await all[0]?.settle('failed');
  const next = shared.acquire('tea');
  await all[1]?.settle('open');

  for (const lease of leases) await expect(lease.value).rejects.toThrow('away');
  for (const lease of leases) lease.release();
  expect(await next.value).toBe(all[1]);
  expect([all[1]?.state, shared.holders('tea')]).toEqual(['open', 1]);
});

test('a failed opening without waiting callers causes no unhandled rejection', async () => {
  const { all, shared } = doors();
  shared.acquire('tea').release();

  await all[0]?.settle('failed');

  expect(shared.size).toBe(0);
});

test('an `open` that throws at once is a failed opening', async () => {
  const open = (): never => {
    throw new Error('no key');
  };
  const shared = new SharedResources({ open });

  await expect(shared.acquire('tea').value).rejects.toThrow('no key');
  expect(shared.size).toBe(0);
});

test('if there is nothing to open, all holders get null, and the next one tries again', async () => {
  const { all, shared } = doors();
  const lease = shared.acquire('tea');
  await all[0]?.settle('absent');
  expect([await lease.value, shared.size]).toEqual([null, 0]);

  shared.acquire('tea');
  lease.release();

  expect([all.length, shared.holders('tea')]).toEqual([2, 1]);
});

test('a holder that acquires a resource while it closes gets a new one', async () => {
  const onClose = () => void shared.acquire('tea');
  const { all, shared } = doors({ onClose });
  const lease = shared.acquire('tea');
  await all[0]?.settle('open');

  lease.release();
  await all[1]?.settle('open');

  expect(all.map(({ state }) => state)).toEqual(['closed', 'open']);
});

test('a resource that lingers is closed after its time, unless it is acquired again', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick'] });
  const { all, shared } = doors({ lingerMs: 1000 });
  const first = shared.acquire('tea');
  await all[0]?.settle('open');
  first.release();
  jest.advanceTimersByTime(999);

  const second = shared.acquire('tea');
  jest.advanceTimersByTime(1000);
  expect([await second.value, all[0]?.state]).toEqual([all[0], 'open']);
  second.release();
  jest.advanceTimersByTime(1000);

  expect([all[0]?.closed, shared.size]).toEqual([1, 0]);
});

test('`close` closes all, what lingers and what opens included, once each', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick'] });
  const { all, shared } = doors({ lingerMs: 1000 });
  const leases = ['held', 'lingering', 'opening'].map((key) => shared.acquire(key));
  await all[0]?.settle('open');
  await all[1]?.settle('open');
  leases[1]?.release();

  shared.close();
  await all[2]?.settle('open');
  for (const { release } of leases) release();
  jest.advanceTimersByTime(1000);

  expect([all.map(({ closed }) => closed), shared.size]).toEqual([[1, 1, 1], 0]);
});

test('an opening that ends after `close` is closed, and a resource that was acquired since stays open', async () => {
  const { all, shared } = doors();
  shared.acquire('tea');
  shared.close();
  const lease = shared.acquire('tea');

  await all[0]?.settle('open');
  await all[1]?.settle('open');

  expect([await lease.value, shared.holders('tea')]).toEqual([all[1], 1]);
  expect(all.map(({ state }) => state)).toEqual(['closed', 'open']);
});

/** Does something at random: acquires a key, releases a lease (some of them twice), or settles an opening. */
async function act(random: Random, { all, shared }: ReturnType<typeof doors>, held: Held[]): Promise<void> {
  const opening = all.filter(({ state }) => state === 'opening');
  if (random.isTrue(0.4)) {
    const key = random.of(['tea', 'coffee']);
    const lease = shared.acquire(key);
    held.push({ lease, door: all.findLast((door) => door.key === key) as Door });
  } else if (random.isTrue(0.6) && held.length > 0) {
    const [released] = held.splice(random.below(held.length), 1);
    released?.lease.release();
    if (random.isTrue(0.2)) released?.lease.release();
  } else if (opening.length > 0) {
    await random.of(opening).settle(random.of(['open', 'open', 'open', 'absent', 'failed']));
  }
}

interface Held {
  lease: { release: () => void };
  door: Door;
}

/** Doors in a state that must never occur. */
function unsound(all: readonly Door[], held: readonly Held[]): object {
  const holders = new Set(held.map(({ door }) => door));
  const isAlive = ({ state }: Door) => state === 'opening' || state === 'open';
  return {
    twiceOpen: all.filter((door) => isAlive(door) && all.some((o) => o !== door && o.key === door.key && isAlive(o))),
    openThoughFree: all.filter((door) => door.state === 'open' && !holders.has(door)),
    closedThoughHeld: all.filter((door) => door.state === 'closed' && holders.has(door)),
    closedAgain: all.filter(({ closed }) => closed > 1),
  };
}

const sound = { twiceOpen: [], openThoughFree: [], closedThoughHeld: [], closedAgain: [] };

test.each(Array.from({ length: 25 }, (_, seed) => seed))('holds in any order of events (seed %i)', async (seed) => {
  const random = new Random(seed);
  const opened = doors();
  const held: Held[] = [];
  for (let step = 0; step < 100; step += 1) {
    await act(random, opened, held);
    expect(unsound(opened.all, held)).toEqual(sound);
  }

  for (const { lease } of held.splice(0)) lease.release();
  for (const door of opened.all) if (door.state === 'opening') await door.settle('open');
  expect([unsound(opened.all, held), opened.shared.size]).toEqual([sound, 0]);
});
