import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Throttle } from '../../src/live/throttle.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function throttled() {
  const done: number[] = [];
  let failures = 0;
  const throttle = new Throttle(1000, async () => {
    done.push(Date.now());
    if (failures > 0) {
      failures -= 1;
      throw new Error('away');
    }
  });
  const failOnce = () => {
    failures = 1;
  };
  return { throttle, done, failOnce };
}

test('runs at once, and then once for all calls of an interval', async () => {
  const { throttle, done } = throttled();

  for (let call = 0; call < 5; call += 1) throttle.call();
  expect(done).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(999);
  throttle.call();
  expect(done).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(done).toHaveLength(2);
});

test('runs at once again after an interval without calls', async () => {
  const { throttle, done } = throttled();
  throttle.call();
  await jest.advanceTimersByTimeAsync(5000);
  expect(done).toHaveLength(1);

  throttle.call();
  expect(done).toHaveLength(2);
});

test('repeats a run that failed', async () => {
  const { throttle, done, failOnce } = throttled();
  failOnce();
  throttle.call();

  await jest.advanceTimersByTimeAsync(5000);
  expect(done).toHaveLength(2);
});

test('does nothing once it is closed', async () => {
  const { throttle, done } = throttled();
  throttle.call();
  throttle.call();
  throttle.close();

  await jest.advanceTimersByTimeAsync(5000);
  throttle.call();
  expect(done).toHaveLength(1);
});

test('calls during the first run cause one more run afterwards, never in parallel', async () => {
  let open = () => {};
  let works = 0;
  const throttle = new Throttle(1000, async () => {
    works += 1;
    if (works === 1) await new Promise<void>((resolve) => (open = resolve));
  });
  const begun = throttle.begin();
  throttle.call();
  throttle.call();
  expect(works).toBe(1);

  open();
  await begun;

  expect(works).toBe(2);
});

test('a first run that fails is not repeated', async () => {
  const { throttle, done, failOnce } = throttled();
  failOnce();

  await expect(throttle.begin()).rejects.toThrow('away');
  await jest.advanceTimersByTimeAsync(5000);
  expect(done).toHaveLength(1);
});
