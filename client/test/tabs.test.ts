import { expect, test } from '@jest/globals';
import { createTabs, type Locks, type Tabs } from '../src/outbox/tabs.ts';

/** Locks as browsers have them: one holder for each name. */
class FakeLocks implements Locks {
  readonly #held = new Set<string>();

  async request(name: string, { ifAvailable }: { ifAvailable?: boolean }, work: (lock: unknown) => Promise<void>) {
    if (this.#held.has(name)) {
      if (!ifAvailable) throw new Error('The fake does not wait.');
      await work(null);
      return;
    }
    this.#held.add(name);
    try {
      await work({ name });
    } finally {
      this.#held.delete(name);
    }
  }
}

test('a tab that lives keeps its rows, and one that has left is inherited by one tab', async () => {
  const locks = new FakeLocks();
  const [first, second, third] = ['first', 'second', 'third'].map((name) => createTabs(() => name, locks));
  const inherited: string[] = [];
  first!.enter('chat');
  const attempt = (tab: Tabs) =>
    tab.ifGone('chat', 'first', async () => {
      inherited.push(tab.name);
      await new Promise((resolve) => setImmediate(resolve));
    });

  expect(await attempt(second!)).toBe(false);
  first!.leave();
  await new Promise((resolve) => setImmediate(resolve));
  const outcomes = await Promise.all([attempt(second!), attempt(third!)]);

  expect(outcomes).toEqual([true, false]);
  expect(inherited).toEqual(['second']);
});

test('without locks, all others are gone', async () => {
  expect(await createTabs(() => 'me', undefined).ifGone('chat', 'other', async () => {})).toBe(true);
});

test('a tab that enters again inherits what it has left', async () => {
  const names = ['before', 'a', 'b'];
  const tabs = createTabs(() => names.shift()!, new FakeLocks());
  tabs.enter('chat');
  expect(tabs.name).toBe('a');
  tabs.leave();
  await new Promise((resolve) => setImmediate(resolve));

  tabs.enter('chat');

  expect(tabs.name).toBe('b');
  expect(await tabs.ifGone('chat', 'a', async () => {})).toBe(true);
});
