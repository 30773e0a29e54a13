import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Pace } from '../../src/live/pace.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('what arrives after the clock was set back is sent at the end of the window', async () => {
  let flushes = 0;
  const flush = async () => {
    flushes += 1;
  };
  const pace = new Pace({ hasMore: () => flushes === 0, flush });
  pace.noteSent();

  jest.setSystemTime(Date.now() - 3_600_000);
  pace.flushSoon();
  await jest.advanceTimersByTimeAsync(4);

  expect(flushes).toBe(1);
});
