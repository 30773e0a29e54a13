import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Paced } from '../../src/live/paced.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function paced() {
  const done: number[] = [];
  let failures = 0;
  const pace = new Paced(1000, async () => {
    done.push(Date.now());
    if (failures > 0) {
      failures -= 1;
      throw new Error('away');
    }
  });
  const failOnce = () => {
    failures = 1;
  };
  return { pace, done, failOnce };
}

test('works at once, and then once for all calls of an interval', async () => {
  const { pace, done } = paced();

  for (let call = 0; call < 5; call += 1) pace.call();
  expect(done).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(999);
  pace.call();
  expect(done).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(done).toHaveLength(2);
});

test('a calm time later, it works at once again', async () => {
  const { pace, done } = paced();
  pace.call();
  await jest.advanceTimersByTimeAsync(5000);
  expect(done).toHaveLength(1);

  pace.call();
  expect(done).toHaveLength(2);
});

test('tries again what failed', async () => {
  const { pace, done, failOnce } = paced();
  failOnce();
  pace.call();

  await jest.advanceTimersByTimeAsync(5000);
  expect(done).toHaveLength(2);
});

test('does nothing once it is closed', async () => {
  const { pace, done } = paced();
  pace.call();
  pace.call();
  pace.close();

  await jest.advanceTimersByTimeAsync(5000);
  pace.call();
  expect(done).toHaveLength(1);
});

test('what calls while the first work is under way has it done again afterwards, never beside it', async () => {
  let open = () => {};
  let works = 0;
  const pace = new Paced(1000, async () => {
    works += 1;
    if (works === 1) await new Promise<void>((resolve) => (open = resolve));
  });
  const begun = pace.begin();
  pace.call();
  pace.call();
  expect(works).toBe(1);

  open();
  await begun;

  expect(works).toBe(2);
});

test('a first work that fails is not tried again', async () => {
  const { pace, done, failOnce } = paced();
  failOnce();

  await expect(pace.begin()).rejects.toThrow('away');
  await jest.advanceTimersByTimeAsync(5000);
  expect(done).toHaveLength(1);
});
