import { expect, test } from '@jest/globals';
import { StepSize, stepBytes, stepEvents } from '../../src/live/step-size.ts';

interface Cup {
  eventNumber: number;
  occurredAt: Date;
  bytes: number;
}

const cups = (...sizes: number[]): Cup[] =>
  sizes.map((bytes, index) => ({ eventNumber: index + 1, occurredAt: new Date(0), bytes }));
const many = (count: number, bytes: number) => cups(...Array(count).fill(bytes));
const size = () => new StepSize<Cup>(({ bytes }) => bytes);

test.each([
  ['a hundred short ones', many(100, 500), 100],
  ['no more than a step has', many(500, 100), stepEvents],
  ['as many as fit, in powers of two', many(100, 1000), 64],
  ['those before a long one', [...many(9, 10), ...cups(stepBytes)], 8],
  ['one that does not fit alone', cups(10 * stepBytes, 10), 1],
  ['nothing of nothing', [], 0],
])('%s', (_what, events, count) => {
  expect(size().cut(events)).toEqual(events.slice(0, count));
});

test('goes by what the last step took', () => {
  const steps = size();

  expect(steps.isTooLarge(many(100, 500), 100 * 600)).toBe(false);
  expect(steps.cut(many(500, 500))).toHaveLength(64);
  expect(steps.isTooLarge(many(64, 500), 64 * 100)).toBe(false);
  expect(steps.cut(many(500, 500))).toHaveLength(stepEvents);
});

test('has a step made again that is much too large, and a smaller one then, but not a single event', () => {
  const steps = size();

  expect(steps.isTooLarge(many(100, 500), 10 * stepBytes)).toBe(true);
  expect(steps.cut(many(100, 500))).toHaveLength(8);
  expect(steps.isTooLarge(many(1, 500), 10 * stepBytes)).toBe(false);
  expect(steps.cut(many(100, 500))).toHaveLength(1);
});

test('events that are hardly shown do not make the next step very large', () => {
  const steps = size();
  steps.isTooLarge(many(100, 1000), 100);

  expect(steps.cut(many(100, stepBytes))).toHaveLength(8);
});
