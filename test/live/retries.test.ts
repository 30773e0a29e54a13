import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Retries } from '../../src/live/retries.ts';

let now = 0;
beforeEach(() => {
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Returns the pauses before further attempts, in ms, until the retries give up. */
function pausesOf(retries: Retries): number[] {
  const pauses: number[] = [];
  for (let pauseMs = retries.failed(); pauseMs !== null; pauseMs = retries.failed()) {
    pauses.push(pauseMs);
    now += pauseMs;
  }
  return pauses;
}

test('pauses grow up to some seconds, and attempts end after a minute', () => {
  const pauses = pausesOf(new Retries());

  expect(pauses.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  expect(pauses.reduce((sum, pauseMs) => sum + pauseMs, 0)).toBeGreaterThanOrEqual(60_000);
});

test('a success resets the pauses', () => {
  const retries = new Retries();
  pausesOf(retries);
  retries.succeeded();

  expect(pausesOf(retries)[0]).toBe(500);
});
