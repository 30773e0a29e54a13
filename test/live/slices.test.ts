import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Slices } from '../../src/live/slices.ts';

let called: number[];
let errors: unknown[];
let slices: Slices<number>;
beforeEach(() => {
  jest.useFakeTimers();
  [called, errors] = [[], []];
  slices = new Slices(
    (item) => {
      called.push(item);
      if (item === 3) throw new Error('three');
    },
    (error) => errors.push(error),
  );
});
afterEach(() => void jest.useRealTimers());

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

test('few items are called at once, also if one throws', () => {
  slices.add(upTo(5));

  expect(called).toEqual(upTo(5));
  expect(errors).toEqual([new Error('three')]);
});

test('many items are called one slice after the other, all of them also if they are added again and again', () => {
  slices.add(upTo(2000));
  expect(called).toHaveLength(40);

  slices.delete(1999);
  for (let ms = 0; ms < 4900; ms += 100) {
    if (ms % 1000 === 900) slices.add(upTo(1999));
    jest.advanceTimersByTime(100);
  }

  expect(called.slice(0, 1999)).toEqual(upTo(1999));
});
