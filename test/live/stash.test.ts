import { expect, test } from '@jest/globals';
import { earlyEvents } from '../../src/live/limits.ts';
import { Stash } from '../../src/live/stash.ts';

interface Event {
  eventNumber: number;
  occurredAt: Date;
}

const eventOf = (eventNumber: number): Event => ({ eventNumber, occurredAt: new Date(eventNumber) });

function stashOf(numbers: Iterable<number>, bytesOf = () => 100): Stash<Event> {
  const stash = new Stash<Event>(bytesOf);
  for (const number of numbers) stash.add(eventOf(number));
  return stash;
}

test('an event is taken out once', () => {
  const stash = stashOf([3, 5]);

  expect(stash.take(3)).toEqual(eventOf(3));
  expect([stash.take(3), stash.take(4)]).toEqual([undefined, undefined]);
  expect(stash.size).toBe(1);
});

test('events up to a number are dropped', () => {
  const stash = stashOf([3, 5, 7]);

  stash.dropThrough(5);

  expect([stash.take(3), stash.take(5), stash.take(7)]).toEqual([undefined, undefined, eventOf(7)]);
});

test('an event that arrives twice counts once', () => {
  const stash = stashOf([3, 3], () => 1_500_000);

  expect(stash.size).toBe(1);
});

test.each([
  ['number', () => 100, earlyEvents],
  ['bytes', () => 1_000_000, 2],
])('it is bounded by the %s of its events, and has room again once they are taken', (_what, bytesOf, most) => {
  const stash = stashOf(Array(earlyEvents + 10).keys(), bytesOf);
  expect(stash.size).toBe(most);

  stash.take(0);
  stash.add(eventOf(5000));

  expect(stash.take(5000)).toEqual(eventOf(5000));
});
