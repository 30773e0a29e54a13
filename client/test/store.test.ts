import { describe, expect, jest, test } from '@jest/globals';
import { Listeners, Value } from '../src/base/store.ts';

describe('a store', () => {
  test('tells its listeners of changes only, until they leave', () => {
    const value = new Value('a');
    const seen: string[] = [];
    const leave = value.subscribe(() => seen.push(value.get()));

    value.set('b');
    value.set('b');
    leave();
    value.set('c');

    expect(seen).toEqual(['b']);
  });

  test('calls the same function for each of its subscriptions', () => {
    const value = new Value(1);
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    value.subscribe(count)();
    value.subscribe(count);

    value.set(2);

    expect(calls).toBe(1);
  });

  test('reports what a listener throws without an uncaught error, which would end a bot', async () => {
    const value = new Value(1);
    const seen: number[] = [];
    value.subscribe(() => {
      throw new Error('mine');
    });
    value.subscribe(() => seen.push(value.get()));
    const uncaught = jest.fn();
    const reported = jest.spyOn(console, 'error').mockImplementation(() => {});
    process.on('uncaughtException', uncaught);

    value.set(2);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('uncaughtException', uncaught);

    expect([seen, reported.mock.calls]).toEqual([[2], [[new Error('mine')]]]);
    expect(uncaught).not.toHaveBeenCalled();
    reported.mockRestore();
  });

  test('calls the other listeners when one throws', () => {
    const reported: unknown[] = [];
    const listeners = new Listeners<[number]>((error) => reported.push(error));
    const seen: number[] = [];
    listeners.add(() => {
      throw new Error('mine');
    });
    listeners.add((value) => seen.push(value));

    listeners.call(3);

    expect(seen).toEqual([3]);
    expect(reported).toEqual([new Error('mine')]);
  });
});
