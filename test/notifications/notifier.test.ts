import { beforeEach, expect, test } from '@jest/globals';
import type { Watcher } from '../../src/live/watches.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import type { MembershipChanged } from '../../src/log/events/membership-changed.ts';
import { type NotifiedUser, Notifier } from '../../src/notifications/notifier.ts';
import { until } from '../support/until.ts';

/** A watch of a room that opens when the test says so. */
interface Watch {
  publish: Watcher<RoomEvent>;
  isOpen: boolean;
  open: () => Promise<void>;
  fail: () => Promise<void>;
}

let watches: Watch[];
/** Users who are present, or what the presence store throws; asked for when `answerPresence` is called. */
let present: string[] | Error;
let answerPresence: (() => void)[];
let asked: string[][];
let reconnect: () => void;
let log: string[];
let errors: unknown[];
let notifier: Notifier;
beforeEach(() => {
  [watches, present, answerPresence, asked, log, errors] = [[], [], [], [], [], []];
  const watch = (_roomId: string, publish: Watcher<RoomEvent>) =>
    new Promise<() => void>((resolve, reject) => {
      const stop = () => {
        watching.isOpen = false;
      };
      const settle = async (isOpen: boolean) => {
        watching.isOpen = isOpen;
        if (isOpen) resolve(stop);
        else reject(new Error('away'));
        await turn();
      };
      const watching: Watch = { publish, isOpen: false, open: () => settle(true), fail: () => settle(false) };
      watches.push(watching);
    });
  const arePresent = async (_roomId: string, userIds: readonly string[]) => {
    asked.push([...userIds]);
    await new Promise<void>((resolve) => answerPresence.push(resolve));
    if (present instanceof Error) throw present;
    return userIds.map((userId) => (present as string[]).includes(userId));
  };
  const bus = {
    watch: (listener: (isConnected: boolean) => void) => {
      reconnect = () => listener(true);
    },
  };
  const onError = (error: unknown) => errors.push(error);
  notifier = new Notifier({ watches: { watch }, presence: { arePresent }, bus, onError });
});

/** A subscriber that logs each call. */
function user(userId: string, changes: Partial<NotifiedUser> = {}): NotifiedUser {
  return {
    userId,
    notify: ({ message }, isPresent) => log.push(`${userId}: ${message.sequence}${isPresent ? ' present' : ''}`),
    hasRead: (roomId, upToSequence) => log.push(`${userId} read ${roomId} up to ${upToSequence}`),
    deleted: (roomId, sequence) => log.push(`${userId}: ${roomId} without ${sequence}`),
    membershipChanged: ({ membership }) => log.push(`${userId} ${membership.state}`),
    restart: () => log.push(`${userId} restarts`),
    ...changes,
  };
}

async function entered(userId: string, changes?: Partial<NotifiedUser>) {
  const stay = notifier.enter('tea', user(userId, changes));
  if (!watches.at(-1)?.isOpen) await watches.at(-1)?.open();
  await stay.entered;
  return stay;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const message = (sequence: number, authorId = 'linus', kind = 'USER') =>
  ({ type: 'MESSAGE_ADDED', roomId: 'tea', message: { sequence, authorId, kind } }) as RoomEvent;
const membership = (userId: string, state: string) =>
  ({ type: 'MEMBERSHIP_CHANGED', roomId: 'tea', membership: { userId, state } }) as MembershipChanged;

/** Publishes events in the room, and has the presence store answer. */
async function happen(...events: RoomEvent[]): Promise<void> {
  watches.at(-1)?.publish(events);
  await turn();
  for (const answer of answerPresence.splice(0)) answer();
  await turn();
}

test('all users of a room share one watch, one question about presence and one notification', async () => {
  const notified: object[] = [];
  const notify = (added: object) => void notified.push(added);
  await entered('ada', { notify });
  await entered('grace', { notify });

  await happen(message(7));

  expect([watches.length, asked]).toEqual([1, [['ada', 'grace']]]);
  expect(notified).toHaveLength(2);
  expect(notified[0]).toBe(notified[1]);
});

test('a user who is present is notified as present, and the author as having read', async () => {
  for (const userId of ['ada', 'grace', 'linus']) await entered(userId);
  present = ['grace'];

  await happen(message(7));

  expect(log).toEqual(['ada: 7', 'grace: 7 present', 'linus read tea up to 7']);
});

test('only messages of users are notified', async () => {
  await entered('ada');

  await happen(message(7, 'linus', 'SYSTEM'), { ...message(6), type: 'MESSAGE_UPDATED' } as RoomEvent);

  expect([log, asked]).toEqual([[], []]);
});

test('a deleted message of a user reaches all others', async () => {
  for (const userId of ['ada', 'linus']) await entered(userId);
  const deleted = (event: RoomEvent) => ({ ...event, type: 'MESSAGE_DELETED' }) as RoomEvent;

  await happen(deleted(message(7)), deleted(message(8, 'linus', 'SYSTEM')));

  expect([log, asked]).toEqual([['ada: tea without 7'], []]);
});

test('a change of membership reaches the user it is about', async () => {
  for (const userId of ['ada', 'grace']) await entered(userId);

  await happen(membership('ada', 'LEFT'));

  expect(log).toEqual(['ada LEFT']);
});

test('events are passed on in order, however long the presence store takes', async () => {
  await entered('ada');
  watches[0]?.publish([message(7)]);
  await turn();
  watches[0]?.publish([membership('ada', 'LEFT')]);
  await turn();
  expect(log).toEqual([]);

  for (const answer of answerPresence.splice(0)) answer();
  await turn();

  expect(log).toEqual(['ada: 7', 'ada LEFT']);
});

test.each([
  ['events were missed', async () => watches[0]?.publish(null)],
  [
    'the presence store fails',
    async () => {
      present = new Error('away');
      await happen(message(7));
    },
  ],
])('all users of a room start over when %s', async (_what, fail) => {
  for (const userId of ['ada', 'grace']) await entered(userId);

  await fail();
  expect(log).toEqual(['ada restarts', 'grace restarts']);
  present = [];
  await happen(message(8));

  expect(log.slice(2)).toEqual(['ada: 8', 'grace: 8']);
});

test('of many users of a room, one slice after the other starts over', async () => {
  for (let number = 0; number < 25; number += 1) await entered(`user ${number}`);

  watches[0]?.publish(null);
  expect(log).toHaveLength(20);
  await until(() => log.length === 25);
});

test('all added subscribers start over when the bus is back, until they are removed', () => {
  const remove = notifier.add(user('ada'));
  notifier.add(user('grace'));

  reconnect();
  remove();
  reconnect();

  expect(log).toEqual(['ada restarts', 'grace restarts', 'grace restarts']);
});

test('a user who has left is not notified, and the last one to leave ends the watch', async () => {
  const stays = [await entered('ada'), await entered('grace')];

  stays[0]?.leave();
  await happen(message(7));
  expect([log, watches[0]?.isOpen]).toEqual([['grace: 7'], true]);
  stays[1]?.leave();

  expect(watches[0]?.isOpen).toBe(false);
});

test('a user who leaves while presence is asked for is not notified', async () => {
  const stay = await entered('ada');
  watches[0]?.publish([message(7)]);
  await turn();

  stay.leave();
  for (const answer of answerPresence.splice(0)) answer();
  await turn();

  expect(log).toEqual([]);
});

test('a user who leaves while the room opens is never notified', async () => {
  const leaving = notifier.enter('tea', user('ada'));
  const staying = notifier.enter('tea', user('grace'));
  leaving.leave();
  await watches[0]?.open();
  await Promise.all([leaving.entered, staying.entered]);

  await happen(message(7));

  expect(log).toEqual(['grace: 7']);
});

test('a room that cannot be opened fails for all who enter, and opens for the next', async () => {
  const failing = ['ada', 'grace'].map((userId) => notifier.enter('tea', user(userId)).entered);
  await Promise.all([...failing.map((each) => expect(each).rejects.toThrow('away')), watches[0]?.fail()]);

  await entered('ada');
  await happen(message(7));

  expect(log).toEqual(['ada: 7']);
});

test('the failure of an opening that a user has left does not end their next stay', async () => {
  const first = notifier.enter('tea', user('ada'));
  first.leave();
  const second = notifier.enter('tea', user('ada'));
  await Promise.all([
    expect(first.entered).rejects.toThrow('away'),
    expect(second.entered).rejects.toThrow('away'),
    watches[0]?.fail(),
  ]);
  await entered('ada');
  first.leave();
  second.leave();

  await happen(message(7));

  expect(log).toEqual(['ada: 7']);
});

test('a subscriber that throws keeps no other from being notified', async () => {
  const error = new Error('a planted fault');
  const notify = () => {
    throw error;
  };
  await entered('ada', { notify });
  await entered('grace');

  await happen(message(7));

  expect([log, errors]).toEqual([['grace: 7'], [error]]);
});
