import { expect, jest, test } from '@jest/globals';
import { LocalBus } from '../../src/bus/bus.ts';
import { Watchers } from '../../src/presence/watchers.ts';
import { until } from '../support/until.ts';

test('all of many watchers are called within a second', async () => {
  jest.useFakeTimers({ now: 0 });
  const watchers = new Watchers(new LocalBus(() => {}), () => {});
  let called = 0;
  const watches = Array.from({ length: 1000 }, (_, number) => watchers.watch(`room ${number}`, () => called++));
  await Promise.all(watches);

  watchers.callAll();
  expect(called).toBe(100);
  jest.advanceTimersByTime(900);
  jest.useRealTimers();

  expect(called).toBe(1000);
});

test('of many watchers, one slice after the other is called when anything may have changed', async () => {
  const watchers = new Watchers(new LocalBus(() => {}), () => {});
  const called: number[] = [];
  const watches = Array.from({ length: 25 }, (_, number) =>
    watchers.watch(`room ${number}`, () => called.push(number)),
  );
  const [, , ...stops] = await Promise.all(watches);

  watchers.callAll();
  expect(called).toHaveLength(20);
  stops.at(-1)?.();
  await until(() => called.length === 24);

  expect(called).not.toContain(24);
});
