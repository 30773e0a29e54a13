import { beforeEach, expect, test } from '@jest/globals';
import { type Joined, SharedStates, type StateSubscriber } from '../../src/live/shared-states.ts';
import { subscribeToStates } from '../../src/live/subscribe-to-states.ts';

interface TestEvent {
  eventNumber: number;
  occurredAt: Date;
}

/** Subscribers by topic, as the states have them. */
let joined: Map<string, StateSubscriber<string>>;
let left: string[];
let received: string[];
beforeEach(() => {
  [joined, left, received] = [new Map(), [], []];
});

class TestStates extends SharedStates<TestEvent, string> {
  override async join(topic: string, subscriber: StateSubscriber<string>): Promise<Joined<string> | null> {
    if (topic === 'nowhere') return null;
    joined.set(topic, subscriber);
    return { snapshot: () => [`of ${topic}`], leave: () => void left.push(topic) };
  }
}

const states = new TestStates({
  watches: { watch: async () => null },
  open: async () => ({ snapshot: () => [], close: () => {} }),
  endsAccessOf: () => null,
  hasAccess: async () => true,
  onError: () => {},
});
const subscribe = (topics: string[], admit: (topic: string) => Promise<unknown> = async () => {}) =>
  subscribeToStates(states, { topics, owner: 'ada', admit, topicOf: (value) => value });
const listener = { next: (value: string) => received.push(value), end: () => received.push('end') };

test('the snapshots of all topics come first, then the changes of each, until it stops', async () => {
  const source = await subscribe(['tea', 'coffee', 'tea']);

  joined.get('tea')?.next('before it begins');
  const reading = source.begin(listener);
  joined.get('tea')?.next('tea changes');
  joined.get('coffee')?.next('coffee changes');
  reading.stop();
  joined.get('tea')?.next('after it stopped');

  expect(reading.snapshot).toEqual(['of tea', 'of coffee']);
  expect(received).toEqual(['tea changes', 'coffee changes']);
});

test('a topic that the owner may not follow rejects the subscription, which leaves the others', async () => {
  const admit = async (topic: string) => {
    if (topic === 'coffee') throw new Error('not for you');
  };

  await expect(subscribe(['tea', 'coffee', 'milk'], admit)).rejects.toThrow('not for you');

  expect(left).toEqual(['tea', 'coffee', 'milk']);
});

test('a topic that does not exist is left to `admit` to reject', async () => {
  const admitted: string[] = [];

  await subscribe(['nowhere'], async (topic) => admitted.push(topic));

  expect(admitted).toEqual(['nowhere']);
});

test('access that ends silences its topic, and with the last topic ends the stream', async () => {
  const source = await subscribe(['tea', 'coffee']);
  const reading = source.begin(listener);

  joined.get('tea')?.end();
  joined.get('coffee')?.next('coffee changes');
  expect([received, left]).toEqual([['coffee changes'], ['tea']]);
  joined.get('coffee')?.end();
  reading.stop();

  expect([received, left]).toEqual([
    ['coffee changes', 'end'],
    ['tea', 'coffee'],
  ]);
});

test('access to a topic that ends while another one is still being checked ends that topic', async () => {
  const admit = async (topic: string) => {
    if (topic === 'coffee') joined.get('tea')?.end();
  };

  const source = await subscribe(['tea', 'coffee'], admit);

  expect(source.begin(listener).snapshot).toEqual(['of coffee']);
});

test('access to all topics that ends before the first reading ends the stream then', async () => {
  const source = await subscribe(['tea']);
  joined.get('tea')?.end();

  expect(source.begin(listener).snapshot).toEqual([]);
  expect(received).toEqual(['end']);
});

test('a source that is released leaves all topics, once', async () => {
  const source = await subscribe(['tea', 'coffee']);

  source.release();
  source.release();

  expect(left).toEqual(['tea', 'coffee']);
});
