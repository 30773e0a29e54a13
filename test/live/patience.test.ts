import { expect, test } from '@jest/globals';
import { Patience } from '../../src/live/patience.ts';

/** An answer that comes when the test says so. */
function held() {
  let give = () => {};
  const answer = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { answer, give };
}

test('an answer in time is awaited', async () => {
  const { answer, give } = held();
  const isInTime = new Patience(10_000).isInTime(answer);

  give();

  expect(await isInTime).toBe(true);
});

test('a late answer is not awaited again, and others only briefly until it has arrived', async () => {
  const patience = new Patience(100);
  const late = held();
  expect(await patience.isInTime(late.answer)).toBe(false);

  const other = held();
  expect(await patience.isInTime(late.answer)).toBe(false);
  expect(await patience.isInTime(other.answer)).toBe(false);
  expect(await patience.isInTime(Promise.resolve())).toBe(true);

  late.give();
  other.give();
  await new Promise(setImmediate);
  expect(await patience.isInTime(late.answer)).toBe(true);
});

test('late answers are kept within a limit of bytes', () => {
  const patience = new Patience();
  const megabyte = 1024 * 1024;

  const kept = Array.from({ length: 100 }, () => patience.keep(megabyte, () => {}));

  expect(kept.filter(Boolean)).toHaveLength(64);
});
