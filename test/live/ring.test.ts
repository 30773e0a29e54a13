import { expect, test } from '@jest/globals';
import { Ring } from '../../src/live/ring.ts';

interface Event {
  eventNumber: number;
  occurredAt: Date;
  text?: string;
}

/** A ring after event 10, with so many further events. */
function ringOf(count: number, bytesOf = () => 100): Ring<Event> {
  const ring = new Ring<Event>({ epoch: 'first', eventNumber: 10, at: 10 }, bytesOf);
  for (let number = 11; number <= 10 + count; number += 1) ring.append(eventOf(number));
  return ring;
}

const eventOf = (eventNumber: number): Event => ({ eventNumber, occurredAt: new Date(eventNumber) });
const numbers = (events: readonly Event[] | null) => events?.map(({ eventNumber }) => eventNumber);

test('events are returned after any number that the ring reaches back to', () => {
  const ring = ringOf(3);

  expect(numbers(ring.after(10, 10))).toEqual([11, 12, 13]);
  expect(numbers(ring.after(11, 1))).toEqual([12]);
  expect(numbers(ring.after(13, 10))).toEqual([]);
  expect(ring.after(9, 10)).toBeNull();
});

test('the instants of its events are known, and of the one before them', () => {
  expect([9, 10, 11, 13, 14].map((number) => ringOf(3).instantOf(number))).toEqual([null, 10, 11, 13, null]);
});

test.each([
  ['number', () => 100],
  ['bytes', () => 10_000],
])('it is bounded by the %s of its events', (_what, bytesOf) => {
  const ring = ringOf(5000, bytesOf);

  expect(ring.bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(ring.after(5010 - 1500, 10)).toBeNull();
  expect(numbers(ring.after(5000, 20))).toHaveLength(10);
});

test('dropped events are not returned, and the newest number stays', () => {
  const ring = ringOf(3);

  ring.drop();

  expect(ring.eventNumber).toBe(13);
  expect(ring.bytes).toBe(0);
  expect([ring.after(12, 10), ring.after(13, 10)]).toEqual([null, []]);
  expect(ring.instantOf(13)).toBe(13);
});

test('a revision changes the events that are there', () => {
  const ring = ringOf(2);

  ring.revise((event) => ({ ...event, text: 'edited' }));

  expect(ring.after(10, 10)?.map(({ text }) => text)).toEqual(['edited', 'edited']);
});

test('events are dropped when none arrived for a long time', () => {
  const ring = ringOf(3);
  ring.touch();

  ring.tidy(performance.now());
  expect(ring.after(10, 10)).toHaveLength(3);
  ring.tidy(performance.now() + 121_000);

  expect(ring.after(10, 10)).toBeNull();
});
