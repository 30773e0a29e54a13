import { afterEach, expect, jest, test } from '@jest/globals';
import { StateStream } from '../../src/live/state-stream.ts';
import { until } from '../support/until.ts';
import { numbers } from './number-stream.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a stream begins with a snapshot and continues with the changes, in order', async () => {
  const { stream, say } = numbers();

  expect(await stream.take()).toEqual([0]);
  const waiting = stream.take();
  say(1);
  expect(await waiting).toEqual([1]);
  say(2);
  say(3);
  expect(await stream.take()).toEqual([2, 3]);
});

test('a change during the snapshot comes after it', async () => {
  const { stream, say } = numbers({
    snapshot: async (values) => {
      say(1);
      return values;
    },
  });

  expect(await stream.take()).toEqual([0, 1]);
});

test('a reader who leaves too many values waiting starts over with a new snapshot', async () => {
  const { stream, state, say } = numbers();
  await stream.take();

  for (let number = 1; number <= 5000; number += 1) say(number);

  expect(await stream.take()).toEqual([5000]);
  expect(state).toMatchObject({ begun: 2, stopped: 1 });
});

test('a snapshot that fails for a fault is retried; another failure ends the stream', async () => {
  const { stream, state } = numbers({ failures: 1 });
  expect(await stream.take()).toEqual([0]);
  expect(state).toMatchObject({ begun: 2, faults: 1 });

  const failing = numbers({ snapshot: () => Promise.reject(new Error('not for you')) });
  await expect(failing.stream.take()).rejects.toThrow('not for you');
});

test('a stream ends once, and wakes the reader who waits', async () => {
  const { stream, state } = numbers();
  await stream.take();
  const waiting = stream.take();

  stream.end();
  stream.end();

  expect(await waiting).toBeNull();
  expect(state).toMatchObject({ stopped: 1, released: 1 });
});

test('an iterator gives one value at a time and ends the stream when its consumer returns', async () => {
  const { stream, state, say } = numbers();
  const seen: number[] = [];
  for await (const value of stream) {
    seen.push(value);
    if (value === 0) for (const later of [1, 2]) say(later);
    if (value === 2) break;
  }

  expect(seen).toEqual([0, 1, 2]);
  expect(state.released).toBe(1);
});

test('a reader who leaves too many bytes waiting starts over', async () => {
  let next: (value: object) => void = () => {};
  let begun = 0;
  const begin = (listener: { next: typeof next }) => {
    begun += 1;
    next = listener.next;
    const stop = () => {
      next = () => {};
    };
    return { snapshot: [], stop };
  };
  const faults = { isFault: () => false, onFault: () => {}, givenUp: () => new Error('away for too long') };
  const stream = new StateStream<object>({ begin, topicOf: () => null, release: () => {} }, faults);
  const taking = stream.take();
  next({});
  await taking;

  for (let count = 0; count < 100; count += 1) next({ text: 'x'.repeat(10_000) });
  expect(begun).toBe(1);
  const again = stream.take();
  await until(() => begun === 2);
  stream.end();
  expect(await again).toBeNull();
});

test('a source that fails for a minute ends the stream', async () => {
  const startedAt = performance.now();
  const clock = jest.spyOn(performance, 'now');
  const { stream, state } = numbers({ failures: 9 });
  const taking = stream.take();
  await until(() => state.faults === 1);
  clock.mockReturnValue(startedAt + 70_000);

  await expect(taking).rejects.toThrow('away for too long');
  expect(state).toMatchObject({ begun: 2, faults: 2 });
});

test('a source that has nothing to follow ends the stream at once', async () => {
  let [stopped, released] = [0, 0];
  const begin = ({ end }: { end: () => void }) => {
    end();
    return { snapshot: [1], stop: () => void stopped++ };
  };
  const faults = { isFault: () => false, onFault: () => {}, givenUp: () => new Error('away for too long') };
  const stream = new StateStream({ begin, topicOf: () => null, release: () => void released++ }, faults);

  expect(await stream.take()).toBeNull();
  expect([stopped, released]).toEqual([1, 1]);
});
