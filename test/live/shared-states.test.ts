import { beforeEach, expect, test } from '@jest/globals';
import { type OpenState, SharedStates, type StateSubscriber } from '../../src/live/shared-states.ts';
import type { Watches } from '../../src/live/watches.ts';

/** An event that may end the access of a user. */
interface TestEvent {
  eventNumber: number;
  occurredAt: Date;
  ends: string | null;
}

const event = (eventNumber: number, ends: string | null = null): TestEvent => {
  return { eventNumber, occurredAt: new Date(0), ends };
};

let watched: { count: number; publish: (events: readonly TestEvent[] | null) => void };
let allowed: Set<string>;
let checks: (() => void)[];
let errors: unknown[];
/** What happened to the states and subscribers, in order. */
let log: string[];
beforeEach(() => {
  watched = { count: 0, publish: () => {} };
  [allowed, checks, errors, log] = [new Set(), [], [], []];
});

function statesOf(open: OpenState<TestEvent, string>, isChecking = false): SharedStates<TestEvent, string> {
  const watch: Watches<TestEvent>['watch'] = async (topic, watcher) => {
    if (topic === 'nowhere') return null;
    watched.count += 1;
    watched.publish = watcher;
    return () => void watched.count--;
  };
  const hasAccess = async (_topic: string, owner: string) => {
    if (isChecking) await new Promise<void>((resolve) => checks.push(resolve));
    return allowed.has(owner);
  };
  const onError = (error: unknown) => errors.push(error);
  return new SharedStates({ watches: { watch }, open, endsAccessOf: ({ ends }) => ends, hasAccess, onError });
}

/** A state that opens at once, and says what happens to it. */
let publish: (value: string) => void = () => {};
const simple: OpenState<TestEvent, string> = async (topic, publishing) => {
  log.push(`open ${topic}`);
  publish = publishing;
  const accept = (events: readonly TestEvent[] | null) => {
    log.push(`accept ${events?.map(({ eventNumber }) => eventNumber).join() ?? 'gap'}`);
  };
  return { snapshot: () => [`of ${topic}`], accept, close: () => void log.push(`close ${topic}`) };
};

/** A state that opens when `finish` is called. */
function slow(opened = simple): { open: typeof simple; finish: (error?: Error) => void } {
  let finish: (error?: Error) => void = () => {};
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error ? reject(error) : resolve());
  });
  const open: typeof simple = async (...args) => {
    await finished;
    return opened(...args);
  };
  return { open, finish };
}

function subscriber(owner: string): StateSubscriber<string> {
  return { owner, next: (value) => log.push(`${owner}: ${value}`), end: () => log.push(`${owner} ends`) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('all subscribers of a topic share one state, and the last to leave closes it', async () => {
  const states = statesOf(simple);
  const ada = await states.join('tea', subscriber('ada'));
  const grace = await states.join('tea', subscriber('grace'));
  expect([ada?.snapshot(), grace?.snapshot()]).toEqual([['of tea'], ['of tea']]);

  publish('one');
  ada?.leave();
  ada?.leave();
  publish('two');
  grace?.leave();

  expect(log).toEqual(['open tea', 'ada: one', 'grace: one', 'grace: two', 'close tea']);
  expect(watched.count).toBe(0);
});

test('a topic that does not exist has no state', async () => {
  expect(await statesOf(simple).join('nowhere', subscriber('ada'))).toBeNull();
  expect(log).toEqual([]);
});

test('if a state cannot be opened, all joins fail, the topic is no longer watched, and the next join opens it again', async () => {
  const { open, finish } = slow();
  const joining = ['ada', 'grace'].map((owner) => statesOf(open).join('tea', subscriber(owner)));
  finish(new Error('away'));
  for (const each of joining) await expect(each).rejects.toThrow('away');
  expect(watched.count).toBe(0);

  const states = statesOf(simple);
  await states.join('tea', subscriber('ada'));

  expect([watched.count, log]).toEqual([1, ['open tea']]);
});

test('a state receives the events that arrive while it opens, then those that follow', async () => {
  const { open, finish } = slow();
  const joining = statesOf(open).join('tea', subscriber('ada'));
  await turn();
  watched.publish([event(1)]);
  watched.publish([event(2)]);
  finish();
  await joining;
  watched.publish([event(3)]);

  expect(log).toEqual(['open tea', 'accept 1,2', 'accept 3']);
});

test.each([
  ['some are missing', () => watched.publish(null)],
  ['too many arrive', () => watched.publish(Array.from({ length: 101 }, (_, index) => event(index + 1)))],
])('a state learns of a gap if %s while it opens', async (_what, happen) => {
  const { open, finish } = slow();
  const joining = statesOf(open).join('tea', subscriber('ada'));
  await turn();
  watched.publish([event(1)]);
  happen();
  finish();
  await joining;

  expect(log).toEqual(['open tea', 'accept gap']);
});

test('an event that ends an owner’s access ends their subscriptions, before the state receives it', async () => {
  const states = statesOf(simple);
  for (const owner of ['ada', 'grace', 'ada']) await states.join('tea', subscriber(owner));

  watched.publish([event(1), event(2, 'ada')]);

  expect(log.slice(1)).toEqual(['ada ends', 'ada ends', 'accept 1,2']);
});

test('after a gap, the subscriptions of owners without access end', async () => {
  const states = statesOf(simple);
  for (const owner of ['ada', 'grace']) await states.join('tea', subscriber(owner));
  allowed.add('grace');

  watched.publish(null);
  await turn();

  expect(log.slice(1)).toEqual(['accept gap', 'ada ends']);
});

test('after a gap, a check that fails ends the subscription: access cannot be verified', async () => {
  const states = statesOf(simple);
  await states.join('tea', subscriber('ada'));
  Object.assign(allowed, {
    has: () => {
      throw new Error('away');
    },
  });

  watched.publish(null);
  await turn();

  expect(log).toContain('ada ends');
});

test('a check after a gap does not end a subscription that began after it', async () => {
  const states = statesOf(simple, true);
  await states.join('tea', subscriber('ada'));
  watched.publish(null);
  await turn();

  await states.join('tea', { ...subscriber('ada'), end: () => log.push('the new one ends') });
  for (const finish of checks) finish();
  await turn();

  expect(log.filter((entry) => entry.endsWith('ends'))).toEqual(['ada ends']);
});

test('a subscriber that throws keeps no other from its values', async () => {
  const states = statesOf(simple);
  const error = new Error('a planted fault');
  const failing = () => {
    throw error;
  };
  await states.join('tea', { ...subscriber('ada'), next: failing });
  await states.join('tea', subscriber('grace'));

  publish('one');

  expect([log.slice(1), errors]).toEqual([['grace: one'], [error]]);
});
