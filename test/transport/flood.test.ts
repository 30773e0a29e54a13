import { expect, test } from '@jest/globals';
import { Flood } from '../../src/transport/flood.ts';

/** How many of `count` are too many, `everyMs` after each other. */
function tooMany(flood: Flood, count: number, everyMs: number, from = 1_000_000): number {
  return Array.from({ length: count }, (_, index) => flood.note(from + index * everyMs)).filter(Boolean).length;
}

test('a thousand messages in a minute are allowed, and one more is a flood', () => {
  expect(tooMany(new Flood(), 1000, 10)).toBe(0);
  expect(tooMany(new Flood(), 1001, 10)).toBe(1);
});

test('messages of an earlier minute do not count', () => {
  const flood = new Flood();

  expect(tooMany(flood, 5000, 61)).toBe(0);
});
