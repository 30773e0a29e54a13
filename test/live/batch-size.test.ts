import { expect, test } from '@jest/globals';
import { BatchSize } from '../../src/live/batch-size.ts';
import { batchEvents, unreadBytes } from '../../src/live/limits.ts';

interface Cup {
  eventNumber: number;
  occurredAt: Date;
  bytes: number;
}

const cups = (...sizes: number[]): Cup[] =>
  sizes.map((bytes, index) => ({ eventNumber: index + 1, occurredAt: new Date(0), bytes }));
const many = (count: number, bytes: number) => cups(...Array(count).fill(bytes));
const size = () => new BatchSize<Cup>(({ bytes }) => bytes);

test.each([
  ['a hundred short ones', many(100, 500), 100],
  ['no more than a batch has', many(500, 100), batchEvents],
  ['as many as fit, in powers of two', many(100, 1000), 64],
  ['those before a long one', [...many(9, 10), ...cups(unreadBytes)], 8],
  ['one that does not fit alone', cups(10 * unreadBytes, 10), 1],
  ['nothing of nothing', [], 0],
])('%s', (_what, events, count) => {
  expect(size().cut(events)).toEqual(events.slice(0, count));
});

test('the size of the last batch decides about the next one', () => {
  const batches = size();

  expect(batches.isTooLarge(many(100, 500), 100 * 600)).toBe(false);
  expect(batches.cut(many(500, 500))).toHaveLength(64);
  expect(batches.isTooLarge(many(64, 500), 64 * 100)).toBe(false);
  expect(batches.cut(many(500, 500))).toHaveLength(batchEvents);
});

test('a batch that is far too large is made again, unless it has a single event', () => {
  const batches = size();

  expect(batches.isTooLarge(many(100, 500), 10 * unreadBytes)).toBe(true);
  expect(batches.cut(many(100, 500))).toHaveLength(8);
  expect(batches.isTooLarge(many(1, 500), 10 * unreadBytes)).toBe(false);
  expect(batches.cut(many(100, 500))).toHaveLength(1);
});

test('a batch of events that are hardly shown does not make the next one very large', () => {
  const batches = size();
  batches.isTooLarge(many(100, 1000), 100);

  expect(batches.cut(many(100, unreadBytes))).toHaveLength(8);
});
