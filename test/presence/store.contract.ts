import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PresenceStore } from '../../src/presence/store.ts';
import { until } from '../support/until.ts';

export interface StoresUnderTest {
  /** The store through which users enter and leave. */
  there: PresenceStore;
  /** The store that is asked: the same one, or that of another node. */
  here: PresenceStore;
  /** Closes whatever the stores need. */
  close(): Promise<void>;
}

const users = Array.from({ length: 30 }, (_, number) => `user ${number}`);

/** Tests what every store promises. `open` opens one, or two that are connected. */
export function describePresenceStore(name: string, open: () => Promise<StoresUnderTest>): void {
  describe(name, () => {
    let stores: StoresUnderTest;
    let there: PresenceStore;
    let here: PresenceStore;
    /** Topics of this test alone. */
    let garden: string;
    let kitchen: string;
    beforeEach(async () => {
      stores = await open();
      ({ there, here } = stores);
      const unique = Math.random().toString(36).slice(2);
      garden = `garden ${unique}`;
      kitchen = `kitchen ${unique}`;
    });
    afterEach(() => stores.close());

    async function who(topic: string, store = here): Promise<string[]> {
      return (await store.present(topic, 100)).userIds.sort();
    }

    const untilIn = (topic: string, ...userIds: string[]) =>
      until(async () => JSON.stringify(await who(topic)) === JSON.stringify(userIds.sort()));

    test('users are present where they entered, and nowhere else', async () => {
      there.enter(garden, 'ada');
      there.enter(kitchen, 'grace');
      await untilIn(garden, 'ada');
      await untilIn(kitchen, 'grace');

      there.leave(garden, 'ada');
      await untilIn(garden);

      expect(await who(kitchen)).toEqual(['grace']);
      expect(await here.present(garden, 100)).toEqual({ count: 0, userIds: [] });
    });

    test('on their own node, users are present and absent at once', async () => {
      there.enter(garden, 'ada');
      expect(await who(garden, there)).toEqual(['ada']);

      there.leave(garden, 'ada');
      expect(await who(garden, there)).toEqual([]);
    });

    test('entering twice has the effect of entering once, and leaving twice affects no other user', async () => {
      there.enter(garden, 'ada');
      there.enter(garden, 'ada');
      there.enter(garden, 'grace');
      await untilIn(garden, 'ada', 'grace');

      there.leave(garden, 'ada');
      there.leave(garden, 'ada');

      await untilIn(garden, 'grace');
    });

    test('a user who enters, leaves and enters at once is present', async () => {
      for (const _ of users) {
        there.enter(garden, 'ada');
        there.leave(garden, 'ada');
      }
      there.enter(garden, 'ada');

      await untilIn(garden, 'ada');
    });

    test('all users are counted, and as many returned as the limit allows', async () => {
      for (const userId of users) there.enter(garden, userId);
      await until(async () => (await here.present(garden, 1)).count === users.length);

      const some = await here.present(garden, 10);

      expect(some.count).toBe(users.length);
      expect(new Set(some.userIds).size).toBe(10);
      expect(users).toEqual(expect.arrayContaining(some.userIds));
      expect((await here.present(garden, 30)).userIds.sort()).toEqual([...users].sort());
    });

    test('of many users, it is known of each whether they are present', async () => {
      there.enter(garden, 'ada');
      there.enter(garden, 'grace');
      await untilIn(garden, 'ada', 'grace');

      expect(await here.arePresent(garden, ['grace', 'alan', 'ada'])).toEqual([true, false, true]);
      expect(await here.arePresent(kitchen, ['ada'])).toEqual([false]);
      expect(await here.arePresent(garden, [])).toEqual([]);
    });

    test('a watcher is called when a user enters or leaves, and sees the change', async () => {
      const seen: string[][] = [];
      const unwatch = await here.watch(garden, () => void who(garden).then((userIds) => seen.push(userIds)));

      there.enter(garden, 'ada');
      await until(() => seen.some(([first]) => first === 'ada'));
      seen.length = 0;
      there.leave(garden, 'ada');
      await until(() => seen.some(({ length }) => length === 0));

      unwatch();
    });

    test('an announcement calls the watchers of its topic, and none of another topic or who stopped', async () => {
      let elsewhere = 0;
      let stopped = 0;
      let changes = 0;
      const unwatch = await Promise.all([
        here.watch(kitchen, () => {
          elsewhere += 1;
        }),
        here.watch(garden, () => {
          changes += 1;
        }),
      ]);
      const stop = await here.watch(garden, () => {
        stopped += 1;
      });
      stop();

      for (const _ of users) there.announce(garden);
      await until(() => changes >= users.length);

      // All watchers are called when nodes come and go.
      expect(elsewhere).toBeLessThan(changes / 2);
      expect(stopped).toBe(0);
      for (const stopWatching of unwatch) stopWatching();
    });
  });
}
