import { describe, expect, test } from '@jest/globals';
import { checkFrame } from '../src/rooms/frames.ts';
import { frame } from './support/room-log.ts';

const numbers = (last: number | null, ...of: Parameters<typeof frame>) => {
  const finding = checkFrame(last, frame(...of));
  return finding.kind === 'apply' ? finding.events.map(({ eventNumber }) => eventNumber) : finding.kind;
};

describe('a frame', () => {
  test('that continues is applied', () => expect(numbers(4, 4, 6)).toEqual([5, 6]));
  test('that is known is a repeat', () => expect(numbers(6, 4, 6)).toBe('repeat'));
  test('that is known in part is applied in part', () => expect(numbers(5, 3, 7)).toEqual([6, 7]));
  test('that begins later shows a hole', () => expect(numbers(4, 5, 6)).toBe('hole'));
  test('with too few events is broken', () => expect(numbers(4, 4, 6, { events: [] })).toBe('broken'));
  test('without a known position is accepted', () => expect(numbers(null, 7, 8)).toEqual([8]));
});

describe('a heartbeat', () => {
  test('at the position is applied', () => expect(numbers(4, 4, 4)).toEqual([]));
  test('above the position shows a hole', () => expect(numbers(4, 5, 5)).toBe('hole'));
  test('below the position is a repeat', () => expect(numbers(4, 3, 3)).toBe('repeat'));
});
