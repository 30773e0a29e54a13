import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SessionEnds } from '../../src/sessions/ends.ts';
import { queryAnswering } from '../support/query.ts';
import { until } from '../support/until.ts';

/** Sessions that the database knows to have ended. */
let ended: string[];
/** Sessions whose user is an administrator now. */
let administrators: string[];
/** Sessions that it was asked for, each time. */
let looks: string[][];
let isDatabaseAway: boolean;
let warnings: number;
let faults: number;
let ends: SessionEnds;
let received: string[];
beforeEach(() => {
  administrators = [];
  [ended, looks, received, warnings, faults, isDatabaseAway] = [[], [], [], 0, 0, false];
  const query = queryAnswering(([ids]) => {
    looks.push(ids as string[]);
    if (isDatabaseAway) throw new Error('the database is away');
    return [
      ...ended.map((id) => ({ id, hasEnded: true, isAdmin: false })),
      ...administrators.map((id) => ({ id, hasEnded: false, isAdmin: true })),
    ];
  });
  const log = { warn: () => void warnings++, error: () => void faults++ };
  ends = new SessionEnds(query, log, 1_000_000); // so that the regular check never runs during a test
});
afterEach(() => ends.close());

const lasting = (sessionId: string) => ({ sessionId, userId: 'ada', expiresAt: null, isAdmin: false });
const watch = (sessionId: string, name = sessionId) => ends.watch(lasting(sessionId), () => received.push(name));

test('everything that runs under a session learns of its end once, and nothing else does', () => {
  watch('phone', 'reader');
  watch('phone', 'connection');
  watch('laptop');

  ends.end('phone');
  ends.end('phone');

  expect(received).toEqual(['reader', 'connection']);
});

test('a listener that throws keeps no other from learning of the end', () => {
  ends.watch(lasting('phone'), () => {
    throw new Error('a planted fault');
  });
  watch('phone', 'connection');

  ends.end('phone');

  expect([received, faults]).toEqual([['connection'], 1]);
});

test('a listener that has stopped does not learn of the end', () => {
  const unwatch = watch('phone', 'reader');
  watch('phone', 'connection');

  unwatch();
  unwatch();
  ends.end('phone');

  expect(received).toEqual(['connection']);
});

test('a listener that stops another one affects no third one', () => {
  ends.watch(lasting('phone'), () => unwatchSecond());
  const unwatchSecond = watch('phone', 'second');
  watch('phone', 'third');

  ends.end('phone');

  expect(received).toEqual(['third']);
});

test('a listener that begins a moment after the end learns of it at once', () => {
  ends.end('phone');

  watch('phone');

  expect(received).toEqual(['phone']);
});

test('an end is remembered for longer than an operation takes, however often the sessions are checked', async () => {
  ends.end('phone');

  for (let check = 0; check < 3; check += 1) {
    ends.busChanged(check % 2 > 0);
    await new Promise(setImmediate);
  }
  watch('phone');

  expect(received).toEqual(['phone']);
});

test('an end that was not announced is found in the database, by one statement for all sessions', async () => {
  watch('phone');
  watch('phone', 'again');
  watch('laptop');
  ended = ['phone'];

  ends.busChanged(true);
  await until(() => received.length === 2);

  expect(received).toEqual(['phone', 'again']);
  expect(looks).toEqual([['phone', 'laptop']]);
});

test('while the nodes are not connected, the sessions are looked up more often', async () => {
  watch('phone');
  ends.busChanged(false);
  await until(() => looks.length === 1);

  ended = ['phone'];
  await until(() => received.length === 1);

  expect(looks.length).toBeGreaterThan(1);
});

test('an expired session ends without the database, and one that expires later continues', async () => {
  const watchFor = (sessionId: string, ms: number) =>
    ends.watch({ ...lasting(sessionId), expiresAt: new Date(Date.now() + ms) }, () => received.push(sessionId));
  watchFor('next year', 365 * 24 * 3_600_000);
  watchFor('past', -1);
  watchFor('soon', 300);
  watch('for ever');

  await until(() => received.length === 2);

  expect(received).toEqual(['past', 'soon']);
  expect([looks, ends.size]).toEqual([[], 2]);
});

test('a database that is away is logged, and asked again', async () => {
  watch('phone');
  isDatabaseAway = true;
  ends.busChanged(false);
  await until(() => warnings > 0);

  isDatabaseAway = false;
  ended = ['phone'];

  await until(() => received.length === 1);
});

describe('a credential', () => {
  const good = (ms: number, sessionId = 'phone') => ({ ...lasting(sessionId), expiresAt: new Date(Date.now() + ms) });
  const onEnd = (name: string) => () => void received.push(name);

  test('that expires ends what runs under it, and nothing else of its session', async () => {
    ends.watch(good(60_000), onEnd('new token'));
    ends.watch(good(-1), onEnd('old token'));

    await until(() => received.length === 1);
    watch('phone', 'another');

    expect(received).toEqual(['old token']);
  });

  test('that was renewed ends at its new end', async () => {
    const viewer = good(100);
    ends.watch(viewer, onEnd('reader'));
    ends.watch(good(100), onEnd('not renewed'));

    ends.renew(viewer, good(60_000));
    await until(() => received.length === 1);
    ends.renew(viewer, good(-1));
    await until(() => received.length === 2);

    expect(received).toEqual(['not renewed', 'reader']);
  });

  test('that was renewed belongs to its new session alone', () => {
    const viewer = good(60_000, 'phone');
    ends.watch(viewer, onEnd('reader'));

    ends.renew(viewer, good(60_000, 'laptop'));
    ends.end('phone');
    expect([received, viewer.sessionId, ends.size]).toEqual([[], 'laptop', 1]);
    ends.end('laptop');

    expect(received).toEqual(['reader']);
  });

  test('of a session that ended a moment ago ends at once', () => {
    const viewer = good(60_000, 'phone');
    ends.watch(viewer, onEnd('reader'));
    ends.end('laptop');

    ends.renew(viewer, good(60_000, 'laptop'));

    expect(received).toEqual(['reader']);
  });

  test('tells its watchers that it was renewed, until they stop', () => {
    const viewer = good(60_000);
    const unwatch = ends.watch(viewer, onEnd('end'), onEnd('renewed'));

    ends.renew(viewer, good(60_000, 'laptop'));
    unwatch();
    ends.renew(viewer, good(60_000));

    expect([received, ends.size]).toEqual([['renewed'], 0]);
  });
});

test('a viewer who becomes an administrator has the rights at once, by an announcement or the next check', async () => {
  const [phone, laptop] = [lasting('phone'), lasting('laptop')];
  for (const viewer of [phone, laptop]) ends.watch(viewer, () => {});

  ends.setAdmin('ada', true);
  expect([phone.isAdmin, laptop.isAdmin]).toEqual([true, true]);
  ends.setAdmin('ada', false);
  administrators = ['phone'];
  ends.busChanged(true);
  await until(() => phone.isAdmin);

  expect(laptop.isAdmin).toBe(false);
  expect(received).toEqual([]);
});

test('no session is looked up while nothing runs', async () => {
  watch('phone')();

  ends.busChanged(true);
  await new Promise(setImmediate);

  expect(looks).toEqual([]);
  expect(ends.size).toBe(0);
});
