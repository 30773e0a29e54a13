import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '../../src/bus/bus.ts';
import { until } from '../support/until.ts';

export interface BusUnderTest {
  /** The bus of the publishers. */
  there: Bus;
  /** The bus of the listeners: the same one, or that of another node. */
  here: Bus;
  /** The errors that listeners have thrown. */
  faults: unknown[];
}

// The tag puts all of them into one shard: between shards there is no order.
const tea = '{drinks} tea';
const coffee = '{drinks} coffee';
const settling = '{drinks} settling';

/** Tests what every bus promises. `open` opens a connected one. */
export function describeBus(name: string, open: () => Promise<BusUnderTest>): void {
  describe(name, () => {
    let there: Bus;
    let here: Bus;
    let faults: unknown[];
    beforeEach(async () => {
      ({ there, here, faults } = await open());
    });
    afterEach(() => Promise.all([there.close(), here.close()]));

    /** Subscribes to a topic; `heard` has the messages that have arrived. */
    async function listen(topic: string) {
      const heard: unknown[] = [];
      const unsubscribe = await here.subscribe(topic, (message) => heard.push(message));
      return { heard, unsubscribe };
    }

    /** Resolves when the messages that were published before have arrived. */
    async function settled(): Promise<void> {
      const { heard, unsubscribe } = await listen(settling);
      there.publish(settling, null);
      await until(() => heard.length > 0);
      unsubscribe();
    }

    test('delivers messages to the listeners of their topic alone, in order', async () => {
      const teaDrinker = await listen(tea);
      const coffeeDrinker = await listen(coffee);

      for (const cups of [1, 2, 3]) there.publish(tea, { cups });
      await settled();

      expect(teaDrinker.heard).toEqual([{ cups: 1 }, { cups: 2 }, { cups: 3 }]);
      expect(coffeeDrinker.heard).toEqual([]);
    });

    test('delivers a message to each listener once', async () => {
      const listeners = await Promise.all([listen(tea), listen(tea), listen(tea)]);

      there.publish(tea, 'Assam');
      await settled();

      expect(listeners.map(({ heard }) => heard)).toEqual([['Assam'], ['Assam'], ['Assam']]);
    });

    test('keeps no message for later listeners', async () => {
      there.publish(tea, 'early');
      await settled();
      const { heard } = await listen(tea);

      there.publish(tea, 'late');
      await settled();

      expect(heard).toEqual(['late']);
    });

    test('never calls a listener before publish has returned', async () => {
      const { heard } = await listen(tea);

      there.publish(tea, 'Assam');

      expect(heard).toEqual([]);
      await settled();
      expect(heard).toEqual(['Assam']);
    });

    test('a listener that unsubscribed gets nothing more, and may unsubscribe twice', async () => {
      const gone = await listen(tea);
      gone.unsubscribe();
      const stays = await listen(tea);
      gone.unsubscribe();

      there.publish(tea, 'Assam');
      await settled();

      expect(gone.heard).toEqual([]);
      expect(stays.heard).toEqual(['Assam']);
    });

    test('one function may subscribe twice, and unsubscribe once', async () => {
      const heard: unknown[] = [];
      const listener = (message: unknown) => heard.push(message);
      const goOnce = await here.subscribe(tea, listener);
      await here.subscribe(tea, listener);

      goOnce();
      there.publish(tea, 'Assam');
      await settled();

      expect(heard).toEqual(['Assam']);
    });

    test('subscribing and unsubscribing may be interleaved', async () => {
      const heard: unknown[] = [];
      const subscribe = () => here.subscribe(tea, (message) => heard.push(message));

      const [first, second] = await Promise.all([subscribe(), subscribe()]);
      first();
      const third = subscribe();
      second();
      await third;
      there.publish(tea, 'Assam');
      await settled();

      expect(heard).toEqual(['Assam']);
    });

    test('a listener that throws does not stop the others, and its error is reported', async () => {
      const fault = new Error('spilled');
      await here.subscribe(tea, () => {
        throw fault;
      });
      const { heard } = await listen(tea);

      there.publish(tea, 1);
      there.publish(tea, 2);
      await settled();

      expect(heard).toEqual([1, 2]);
      expect(faults).toEqual([fault, fault]);
    });

    test('a closed bus delivers nothing, and ignores further calls', async () => {
      const { heard, unsubscribe } = await listen(tea);

      await here.close();
      there.publish(tea, 'Assam');
      unsubscribe();
      await new Promise(setImmediate);

      expect(heard).toEqual([]);
    });
  });
}
