import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { onlineTopic } from '../../src/presence/store.ts';
import { PresenceTracker } from '../../src/presence/tracker.ts';

let calls: string[];
let tracker: PresenceTracker;
beforeEach(() => {
  jest.useFakeTimers();
  calls = [];
  const log = (what: string) => (topic: string, userId: string) => void calls.push(`${userId} ${what} ${topic}`);
  const announce = (topic: string) => void calls.push(`look at ${topic}`);
  tracker = new PresenceTracker({ enter: log('enters'), leave: log('leaves'), announce });
});
afterEach(() => {
  jest.useRealTimers();
});

test('the first hold enters at once, the last release leaves after the grace period', () => {
  const letGo = tracker.hold('garden', 'ada');
  expect(calls).toEqual(['ada enters garden']);

  letGo();
  jest.advanceTimersByTime(3900);
  expect(calls).toHaveLength(1);
  jest.advanceTimersByTime(200);

  expect(calls).toEqual(['ada enters garden', 'ada leaves garden']);
});

test('a user with two devices leaves with the last one', () => {
  const phone = tracker.hold('garden', 'ada');
  const laptop = tracker.hold('garden', 'ada');

  phone();
  jest.advanceTimersByTime(10_000);
  expect(calls).toEqual(['ada enters garden']);
  laptop();
  jest.advanceTimersByTime(10_000);

  expect(calls).toEqual(['ada enters garden', 'ada leaves garden']);
});

test('a user who returns within the grace period never leaves, however often', () => {
  for (let reloads = 0; reloads < 5; reloads += 1) {
    const letGo = tracker.hold('garden', 'ada');
    jest.advanceTimersByTime(10_000);
    letGo();
    jest.advanceTimersByTime(3000);
  }
  expect(calls).toEqual(['ada enters garden']);

  jest.advanceTimersByTime(1100);

  expect(calls).toEqual(['ada enters garden', 'ada leaves garden']);
});

test('a device that releases twice does not release for another one', () => {
  const phone = tracker.hold('garden', 'ada');
  tracker.hold('garden', 'ada');

  phone();
  phone();
  jest.advanceTimersByTime(10_000);

  expect(calls).toEqual(['ada enters garden']);
});

test('topics and users are independent', () => {
  const letGo = tracker.hold('garden', 'ada');
  tracker.hold('kitchen', 'ada');
  tracker.hold('garden', 'grace');

  letGo();
  jest.advanceTimersByTime(10_000);

  expect(calls.slice(-1)).toEqual(['ada leaves garden']);
  expect(calls).toHaveLength(4);
});

test('online users are counted, not their devices', () => {
  const releases = ['ada', 'ada', 'grace'].map((userId) => tracker.hold(onlineTopic, userId));
  tracker.hold('garden', 'ada');
  expect(tracker.onlineUsers).toBe(2);

  for (const letGo of releases) letGo();
  jest.advanceTimersByTime(10_000);

  expect(tracker.onlineUsers).toBe(0);
});

describe('a user who looks different', () => {
  test('is announced in all of their topics, and in no other', () => {
    tracker.hold('garden', 'ada');
    tracker.hold('kitchen', 'ada');
    tracker.hold('cellar', 'grace');
    calls = [];

    tracker.announce('ada');
    tracker.announce('nobody');

    expect(calls.sort()).toEqual(['look at garden', 'look at kitchen']);
  });
});

test('a tracker that is closed takes no user offline', () => {
  const letGo = tracker.hold('garden', 'ada');
  letGo();

  tracker.close();
  jest.advanceTimersByTime(10_000);

  expect(calls).toEqual(['ada enters garden']);
});
