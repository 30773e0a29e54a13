import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { everywhere, type PresenceStore } from '../../src/presence/store.ts';
import { PresenceTracker } from '../../src/presence/tracker.ts';

let told: string[];
let tracker: PresenceTracker;
beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  const tell = (what: string) => (place: string, userId: string) => void told.push(`${userId} ${what} ${place}`);
  const announce = (place: string) => void told.push(`look at ${place}`);
  tracker = new PresenceTracker({ enter: tell('enters'), leave: tell('leaves'), announce } as unknown as PresenceStore);
});
afterEach(() => {
  jest.useRealTimers();
});

test('the first hold is told at once, the last release after the grace', () => {
  const letGo = tracker.hold('garden', 'ada');
  expect(told).toEqual(['ada enters garden']);

  letGo();
  jest.advanceTimersByTime(3900);
  expect(told).toHaveLength(1);
  jest.advanceTimersByTime(200);

  expect(told).toEqual(['ada enters garden', 'ada leaves garden']);
});

test('two devices are one user: they leave with the last one', () => {
  const phone = tracker.hold('garden', 'ada');
  const laptop = tracker.hold('garden', 'ada');

  phone();
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual(['ada enters garden']);
  laptop();
  jest.advanceTimersByTime(10_000);

  expect(told).toEqual(['ada enters garden', 'ada leaves garden']);
});

test('who is back within the grace has never left, however often', () => {
  for (let reloads = 0; reloads < 5; reloads += 1) {
    const letGo = tracker.hold('garden', 'ada');
    jest.advanceTimersByTime(10_000);
    letGo();
    jest.advanceTimersByTime(3000);
  }
  expect(told).toEqual(['ada enters garden']);

  jest.advanceTimersByTime(1100);

  expect(told).toEqual(['ada enters garden', 'ada leaves garden']);
});

test('a device that lets go twice does not let go for another', () => {
  const phone = tracker.hold('garden', 'ada');
  tracker.hold('garden', 'ada');

  phone();
  phone();
  jest.advanceTimersByTime(10_000);

  expect(told).toEqual(['ada enters garden']);
});

test('places and users are apart', () => {
  const letGo = tracker.hold('garden', 'ada');
  tracker.hold('kitchen', 'ada');
  tracker.hold('garden', 'grace');

  letGo();
  jest.advanceTimersByTime(10_000);

  expect(told.slice(-1)).toEqual(['ada leaves garden']);
  expect(told).toHaveLength(4);
});

test('counts the users who are connected, not their devices', () => {
  const releases = ['ada', 'ada', 'grace'].map((userId) => tracker.hold(everywhere, userId));
  tracker.hold('garden', 'ada');
  expect(tracker.onlineUsers).toBe(2);

  for (const letGo of releases) letGo();
  jest.advanceTimersByTime(10_000);

  expect(tracker.onlineUsers).toBe(0);
});

describe('a user who wants to be seen otherwise', () => {
  test('is looked at again wherever they are, and nowhere else', () => {
    tracker.hold('garden', 'ada');
    tracker.hold('kitchen', 'ada');
    tracker.hold('cellar', 'grace');
    told = [];

    tracker.announce('ada');
    tracker.announce('nobody');

    expect(told.sort()).toEqual(['look at garden', 'look at kitchen']);
  });
});

test('a tracker that is closed lets nobody leave: a restart is no leaving', () => {
  const letGo = tracker.hold('garden', 'ada');
  letGo();

  tracker.close();
  jest.advanceTimersByTime(10_000);

  expect(told).toEqual(['ada enters garden']);
});
