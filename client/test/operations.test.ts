import { afterEach, describe, expect, test } from '@jest/globals';
import type { Reset } from '../src/api.ts';
import { settle } from './support/fake-clock.ts';
import { Trial } from './support/trial.ts';

const roomEvents =
  'subscription($room: ID!, $from: StreamCursor) { roomEvents(roomId: $room, after: $from) { cursor status resetReason } }';
const messageAdded = 'subscription($r: ID!, $a: StreamCursor) { messageAdded(roomId: $r, after: $a) { cursor } }';
const made: Trial[] = [];

/** A connected client that follows something, and what it was told. */
async function following(query = roomEvents, variables: object = { room: 'r', from: 'c0' }, payload?: object) {
  const trial = new Trial();
  made.push(trial);
  await trial.connected(payload);
  const seen: unknown[] = [];
  const end = trial.parley.subscribe({ query }, variables, {
    next: (data) => seen.push(Object.values(data as object)[0].cursor ?? data),
    error: ({ code }) => seen.push(code),
    complete: () => seen.push('complete'),
  });
  const frame = (cursor: string, more: object = {}) =>
    trial.socket.answer('next', { data: { roomEvents: { cursor, status: 'LIVE', ...more } } });
  /** Where the newest attempt goes on. */
  const from = () => trial.socket.subscribed.at(-1)?.payload?.variables?.from;
  const attempts = () => trial.socket.subscribed.length;
  return { trial, seen, end, frame, from, attempts };
}

async function cut(trial: Trial): Promise<void> {
  trial.socket.drop(1006);
  await trial.clock.advance(trial.wait ?? 0);
  await trial.acknowledged();
}

afterEach(() => {
  for (const { parley, clock } of made.splice(0)) {
    parley.dispose();
    expect(clock.timers).toBe(0);
  }
});

/** Lets a connection be good for some seconds. */
async function goodFor(trial: Trial, seconds: number): Promise<void> {
  for (let n = 0; n < seconds; n++) {
    await trial.clock.advance(1_000);
    trial.socket.receive({ type: 'pong' });
  }
}

describe('a subscription', () => {
  test('goes on after each cut from the last cursor', async () => {
    const { trial, frame, from, seen } = await following();
    expect(from()).toBe('c0');
    frame('c1');
    await cut(trial);
    expect(from()).toBe('c1');
    await cut(trial);
    frame('c2');
    await cut(trial);

    expect(from()).toBe('c2');
    expect(seen).toEqual(['c1', 'c2']);
  });

  test('is ended on the server when nobody wants it, and hears nothing more', async () => {
    const { trial, frame, end, seen } = await following();
    frame('c1');
    end();
    frame('c2');
    await cut(trial);

    expect(seen).toEqual(['c1']);
    expect(trial.sockets[0]?.count('complete')).toBe(1);
    expect(trial.socket.subscribed).toEqual([]);
  });

  test('has another id for each attempt, so that late frames of an earlier one find nothing', async () => {
    const { trial, frame, seen } = await following();
    const first = trial.socket.subscribed[0]?.id;
    await trial.clock.advance(0);
    frame('c1');
    await cut(trial);

    trial.socket.receive({ id: first, type: 'next', payload: { data: { roomEvents: { cursor: 'late' } } } });

    expect(seen).toEqual(['c1']);
  });

  test('warns once if it cannot be resumed', async () => {
    const { trial } = await following('subscription { roomEvents(roomId: "r") { status } }', {});
    await cut(trial);
    expect(trial.log.filter((what) => what.includes('after'))).toHaveLength(1);
  });

  test('without a cursor is subscribed again as it is', async () => {
    const { trial } = await following('subscription { viewerEvents { __typename } }', {});
    await cut(trial);
    expect(trial.socket.subscribed[0]?.payload?.variables).toEqual({});
  });

  test('whose listener throws goes on, and the fault is reported', async () => {
    const { trial } = await following();
    const sink = {
      error() {},
      complete() {},
      next() {
        throw new Error('mine');
      },
    };
    trial.parley.subscribe({ query: roomEvents }, { room: 'r' }, sink);
    trial.socket.answer('next', { data: { roomEvents: { cursor: 'x' } } });

    expect(trial.faults).toMatchObject([{ code: 'LISTENER' }]);
    expect(trial.connection.status).toBe('ready');
  });
});

describe('after an error', () => {
  test('INTERNAL, it goes on after 1, 2, 4 … 20 seconds', async () => {
    const { trial, attempts } = await following();
    for (const seconds of [1, 2, 4, 8, 16, 20, 20]) {
      const before = attempts();
      trial.socket.fail('INTERNAL');
      for (let passed = 0; passed < seconds * 1000 - 1; passed += 999) {
        await trial.clock.advance(Math.min(999, seconds * 1000 - 1 - passed));
        trial.socket.receive({ type: 'pong' });
      }
      expect(attempts()).toBe(before);
      await trial.clock.advance(1);
      expect(attempts()).toBe(before + 1);
    }
  });

  test('INTERNAL, ten good seconds make the next wait short again', async () => {
    const { trial, frame, from, attempts } = await following();
    trial.socket.fail('INTERNAL');
    await trial.clock.advance(1_000);
    frame('c1');
    await goodFor(trial, 11);
    trial.socket.fail('INTERNAL');
    await trial.clock.advance(1_000);
    expect([attempts(), from()]).toEqual([3, 'c1']);
  });

  test('RATE_LIMITED, it goes on when the server says', async () => {
    const { trial, attempts } = await following();
    trial.socket.fail('RATE_LIMITED', { retryAfterMs: 3_000 });
    await trial.clock.advance(2_999);
    expect(attempts()).toBe(1);
    await trial.clock.advance(1);
    expect(attempts()).toBe(2);
  });

  test.each([0, -1, '1', 1e300])(
    'RATE_LIMITED with a wait of %p again and again, it asks more and more slowly',
    async (retryAfterMs) => {
      const { trial, attempts } = await following();
      const counts: number[] = [];
      for (let second = 0; second < 8; second++) {
        for (let fails = 0; fails < 5; fails++)
          if (attempts() > fails) trial.socket.fail('RATE_LIMITED', { retryAfterMs });
        await trial.clock.advance(1_000);
        trial.socket.receive({ type: 'pong' });
        counts.push(attempts());
      }
      expect(counts.at(-1)).toBeLessThan(7);
    },
  );

  test('RATE_LIMITED after a frame each time, it asks more and more slowly', async () => {
    const { trial, attempts, frame } = await following();
    for (let fails = 0; fails < 20; fails++) {
      if (attempts() <= fails) break;
      frame('c1');
      trial.socket.fail('RATE_LIMITED', { retryAfterMs: 0 });
      await trial.clock.advance(1);
    }
    expect(attempts()).toBe(2);
  });

  test.each([
    ['a text that is none', [{ message: { toString: 1 }, extensions: { code: { toString: 1 } } }]],
    ['a path that is none', [{ message: 'x', path: [{ toString: 1 }, null] }]],
    ['no details', [{ extensions: 'none' }]],
  ])('with %s, it goes on as after INTERNAL', async (_what, errors) => {
    const { trial, attempts } = await following();
    trial.socket.answer('error', errors);
    await trial.clock.advance(1_000);
    expect([attempts(), trial.faults]).toEqual([2, []]);
  });

  test('an answer without an id reaches no subscription that waits', async () => {
    const { trial, seen } = await following();
    trial.socket.fail('RATE_LIMITED', { retryAfterMs: 3_000 });
    trial.socket.receive({ type: 'next', payload: { data: { roomEvents: { cursor: 'evil' } } } });
    expect(seen).toEqual([]);
  });

  test('UNAUTHENTICATED, it gets another token and connects with it', async () => {
    const { trial, seen } = await following(roomEvents, { room: 'r' }, { userId: 'u' });
    trial.socket.fail('UNAUTHENTICATED');
    await trial.acknowledged();
    expect(trial.reasons).toEqual(['start', 'refused']);
    expect([trial.socket.subscribed.length, seen]).toEqual([1, []]);
  });

  test.each(['NOT_FOUND', 'FORBIDDEN', 'BANNED', 'INVALID_INPUT', 'SOMETHING_NEW'])('%s, it ends', async (code) => {
    const { trial, seen } = await following();
    trial.socket.fail(code);
    await cut(trial);
    expect(seen).toEqual([code]);
    expect(trial.socket.subscribed).toEqual([]);
  });
});

test('a subscription that the server refuses by a result without data ends with the error', async () => {
  const { trial, seen } = await following();
  const refusal = { message: 'No such room', path: ['roomEvents'], extensions: { code: 'NOT_FOUND' } };
  trial.socket.answer('next', { errors: [refusal] });
  trial.socket.answer('complete');
  await trial.clock.advance(2_000);
  expect(seen).toEqual(['NOT_FOUND']);
});

describe('a result with data and errors', () => {
  const partial = { data: { roomEvents: { cursor: 'c1' } }, errors: [{ message: 'no', path: ['roomEvents', 'room'] }] };

  test('does not end a subscription, and the log has the error', async () => {
    const { trial, seen, frame } = await following();
    trial.socket.answer('next', partial);
    frame('c2');
    expect([seen, trial.log]).toEqual([['c1', 'c2'], ['errors']]);
  });

  test.each(['query', 'mutation'])('is the end of a %s', async (kind) => {
    const { trial, seen } = await following(`${kind} { x }`, {});
    trial.socket.answer('next', partial);
    expect([seen, trial.log]).toEqual([['INTERNAL'], []]);
  });
});

describe('a completed subscription', () => {
  test('is asked for once more after a second, and then believed', async () => {
    const { trial, seen, attempts } = await following('subscription { viewerEvents { __typename } }', {});
    trial.socket.answer('complete');
    await trial.clock.advance(999);
    expect(attempts()).toBe(1);
    await trial.clock.advance(1);
    expect(attempts()).toBe(2);

    trial.socket.answer('complete');

    expect(seen).toEqual(['complete']);
  });

  test('with heartbeats is asked for again and again: it has not ENDED', async () => {
    const { trial, seen, attempts } = await following();
    for (const ms of [1_000, 1_000, 2_000, 4_000]) {
      trial.socket.answer('complete');
      await trial.clock.advance(ms);
      trial.socket.receive({ type: 'pong' });
    }
    expect([attempts(), seen]).toEqual([5, []]);
  });

  test('that has ENDED and is completed once more waits for the end of its token', async () => {
    const { trial, seen, frame, from } = await following();
    frame('c1');
    for (let times = 0; times < 2; times++) {
      frame('c1', { status: 'ENDED' });
      trial.socket.answer('complete');
      await trial.clock.advance(0);
    }
    trial.socket.drop(4403);
    await trial.acknowledged();
    frame('c2');

    expect([seen, from()]).toEqual([['c1', 'c2'], 'c1']);
  });

  test('that ENDS after a frame each time is not asked for without a pause', async () => {
    const { trial, attempts, frame } = await following();
    for (let ends = 0; ends < 20 && attempts() > ends; ends++) {
      frame('c1');
      frame('c1', { status: 'ENDED' });
      trial.socket.answer('complete');
      await trial.clock.advance(1);
    }
    expect(attempts()).toBe(2);
  });

  test('that has ENDED only with its token goes on with the next one, and nobody sees it', async () => {
    const { trial, seen, frame, from } = await following();
    frame('c1');
    frame('c1', { status: 'ENDED' });
    trial.socket.answer('complete');
    trial.socket.drop(4403);
    await trial.acknowledged();
    frame('c2');

    expect(seen).toEqual(['c1', 'c2']);
    expect(from()).toBe('c1');
  });

  test('that has ENDED tells so when the server has said again that there is no access', async () => {
    const { trial, seen, frame, attempts } = await following();
    frame('c1', { status: 'ENDED' });
    trial.socket.answer('complete');
    expect(seen).toEqual([]);
    await trial.clock.advance(0);
    expect(attempts()).toBe(2);

    trial.socket.fail('NOT_FOUND');

    expect(seen).toEqual(['c1', 'complete']);
  });
});

describe('a reset', () => {
  test.each([
    [
      'a frame',
      (trial: Trial) => trial.socket.answer('next', { data: { roomEvents: { cursor: 'x', status: 'RESET' } } }),
    ],
    ['CURSOR_UNKNOWN', (trial: Trial) => trial.socket.fail('CURSOR_UNKNOWN')],
    ['GAP_TOO_LARGE', (trial: Trial) => trial.socket.fail('GAP_TOO_LARGE')],
  ])('by %s waits for a listener, who says where to go on', async (_what, reset) => {
    const { trial, seen, from, attempts } = await following();
    const resets: Reset[] = [];
    trial.parley.onReset((what) => resets.push(what));
    reset(trial);
    await cut(trial);
    expect([seen, attempts(), resets.length]).toEqual([[], 0, 1]);

    resets[0]?.resume('fresh');
    resets[0]?.resume('again');

    expect([attempts(), from()]).toEqual([1, 'fresh']);
    expect(resets[0]).toMatchObject({ query: roomEvents, variables: { room: 'r', from: 'c0' } });
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('no network'))],
    [
      'throws',
      () => {
        throw new Error('no network');
      },
    ],
  ])('is told again, and the fault reported, if the listener %s', async (_how, fail) => {
    const { trial, from, attempts } = await following();
    let calls = 0;
    trial.parley.onReset(({ resume }) => {
      calls += 1;
      if (calls < 3) return fail();
      resume('fresh');
    });
    trial.socket.fail('CURSOR_UNKNOWN');
    await trial.clock.advance(299);
    expect([calls, attempts()]).toEqual([1, 1]);
    await trial.clock.advance(1);
    await trial.clock.advance(550);

    expect([calls, attempts(), from()]).toEqual([3, 2, 'fresh']);
    expect(trial.faults.map(({ code }) => code)).toEqual(['LISTENER', 'LISTENER']);
  });

  test('one after another is told more and more slowly, until ten seconds were good', async () => {
    const { trial, frame } = await following();
    const waits: number[] = [];
    let toldAt = 0;
    trial.parley.onReset((reset) => {
      waits.push(trial.clock.now() - toldAt);
      toldAt = trial.clock.now();
      reset.resume('c');
    });
    toldAt = trial.clock.now();
    for (const ms of [0, 300, 550]) {
      trial.socket.fail('CURSOR_UNKNOWN');
      await trial.clock.advance(ms);
    }
    frame('c');
    await goodFor(trial, 11);
    toldAt = trial.clock.now();
    trial.socket.fail('CURSOR_UNKNOWN');

    expect(waits).toEqual([0, 300, 550, 0]);
  });

  test.each(['CURSOR_UNKNOWN', 'GAP_TOO_LARGE'])('by the error %s without a listener ends with it', async (code) => {
    const { trial, seen } = await following();
    trial.socket.fail(code);
    await cut(trial);
    expect([seen, trial.socket.subscribed]).toEqual([[code], []]);
  });

  test('by a frame without a listener ends with an error in the form of the server, also over the socket', async () => {
    const { trial, seen, frame } = await following();
    const errors: unknown[] = [];
    const sink = { next() {}, error: (error: unknown) => errors.push(error), complete() {} };
    frame('x', { status: 'RESET', resetReason: 'GAP_TOO_LARGE' });
    trial.parley.socket.subscribe({ query: roomEvents, variables: { room: 'r', from: 'c0' } }, sink);
    frame('x', { status: 'RESET', resetReason: 'GAP_TOO_LARGE' });
    await cut(trial);
    expect([seen, trial.socket.subscribed]).toEqual([['GAP_TOO_LARGE'], []]);
    expect(errors).toMatchObject([[{ extensions: { code: 'GAP_TOO_LARGE' } }]]);
  });
});

test('roomEvents that is cut before its first frame goes on after a reset: nobody knows what it has missed', async () => {
  const { trial, from } = await following(roomEvents, { room: 'r' });
  const resets: Reset[] = [];
  trial.parley.onReset((what) => resets.push(what));
  await cut(trial);
  expect([resets.length, trial.socket.subscribed.length]).toEqual([1, 0]);

  resets[0]?.resume('fresh');

  expect(from()).toBe('fresh');
});

test('messageAdded without a cursor begins where the room is, so that it can be resumed at once', async () => {
  const { trial } = await following(messageAdded, { r: 'r' });
  expect(trial.socket.subscribed).toHaveLength(1);
  trial.socket.answer('next', { data: { room: { syncCursor: 's' } } });
  trial.socket.answer('complete');
  await cut(trial);
  expect(trial.socket.subscribed.map(({ payload }) => payload?.variables)).toEqual([{ r: 'r', a: 's' }]);
});

test('roomEvents without a frame for 35 seconds is subscribed again', async () => {
  const { trial, frame, from, attempts } = await following();
  frame('c1');
  for (let second = 0; second < 35; second += 1) {
    expect(attempts()).toBe(1);
    trial.socket.receive({ type: 'pong' });
    await trial.clock.advance(1_000);
  }
  expect([attempts(), from(), trial.socket.count('complete')]).toEqual([2, 'c1', 1]);
});

describe('variables that JSON cannot hold', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;

  test.each([
    ['a bigint, before the connection is ready', { n: 10n }, false],
    ['a bigint, on a connection', { n: 10n }, true],
    ['a circle, before the connection is ready', cyclic, false],
  ])('end their operation alone: %s', async (_what, variables, isReady) => {
    const { trial, seen } = await following();
    if (!isReady) trial.socket.drop(1006);
    const errors: unknown[] = [];
    const sink = { ...ignored, error: (error: unknown) => errors.push(error) };
    trial.parley.subscribe({ query: 'subscription($n: Int) { x(n: $n) }' }, variables, sink);
    trial.parley.socket.subscribe({ query: 'subscription($n: Int) { x(n: $n) }', variables }, sink);
    if (!isReady) await trial.clock.advance(trial.wait ?? 0);
    if (!isReady) await trial.acknowledged();

    const refusal = { code: 'BAD_REQUEST', cause: expect.any(Error) };
    expect(errors).toEqual([expect.objectContaining(refusal), expect.objectContaining(refusal)]);
    expect([trial.connection.status, trial.socket.subscribed.length, seen]).toEqual(['ready', 1, []]);
    expect(trial.faults).toEqual([]);
  });

  test('are refused by `request`, and nothing is sent', async () => {
    const { trial } = await following();
    const refused = trial.parley.request({ query: 'query($n: Int) { x(n: $n) }' }, { n: 10n });
    await expect(refused).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      retryable: false,
      cause: expect.any(TypeError),
    });
  });
});

test('what is asked for after the end gets DISPOSED as its error, and throws nothing', async () => {
  const { trial } = await following();
  trial.parley.dispose();
  const errors: string[] = [];
  const sink = { ...ignored, error: (error: unknown) => errors.push((error as { code: string }).code) };

  trial.parley.subscribe({ query: roomEvents }, { room: 'r' }, sink);
  trial.parley.socket.subscribe({ query: roomEvents, variables: { room: 'r' } }, sink);

  expect(errors).toEqual(['DISPOSED', 'DISPOSED']);
});

test('a page of messages that waits to be asked for again ends with the client', async () => {
  const { trial } = await following();
  const page = trial.parley.room('r').toNewest();
  await settle();
  trial.socket.fail('RATE_LIMITED', { retryable: true, retryAfterMs: 5_000 });
  await settle();

  trial.parley.dispose();

  await expect(page).rejects.toMatchObject({ code: 'DISPOSED' });
});

const ignored = { next() {}, error() {}, complete() {} };

describe('over the socket,', () => {
  test('a query is asked again after a cut', async () => {
    const { trial, seen } = await following('query { server { name } }', {});
    await cut(trial);
    trial.socket.answer('next', { data: { server: { name: 'n' } } });
    trial.socket.answer('complete');
    await trial.clock.advance(2_000);
    expect(seen).toEqual([{ server: { name: 'n' } }, 'complete']);
    expect(trial.socket.subscribed).toHaveLength(1);
  });

  test('a mutation is sent once: whoever sent it decides', async () => {
    const { trial, seen } = await following('mutation { sendMessage { message { id } } }', {});
    await cut(trial);
    expect([seen, trial.socket.subscribed]).toEqual([['NETWORK'], []]);
  });

  test('a mutation that is not sent yet waits for the connection', async () => {
    const { trial } = await following();
    trial.socket.drop(1006);
    trial.parley.subscribe({ query: 'mutation { x }' }, {}, ignored);
    await trial.clock.advance(trial.wait ?? 0);
    await trial.acknowledged();
    expect(trial.socket.subscribed.map(({ payload }) => payload?.query)).toEqual([roomEvents, 'mutation { x }']);
  });
});

describe('what the app has given throws, and', () => {
  const broken = () => {
    throw new Error('mine');
  };

  test('the client is disposed of all the same', async () => {
    const { trial, seen } = await following();
    trial.socket.close = broken;
    const other = new Trial({ wake: { onWake: () => broken, onSleep: () => broken } });
    other.parley.connect();
    other.parley.subscribe({ query: roomEvents }, {}, { ...ignored, error: ({ code }) => seen.push(code) });

    for (const { parley } of [trial, other]) parley.dispose();

    expect([trial.connection.status, other.connection.status, seen]).toEqual([
      'closed',
      'closed',
      ['DISPOSED', 'DISPOSED'],
    ]);
    expect([trial.clock.timers, trial.listeners, other.clock.timers]).toEqual([0, 0, 0]);
    expect(new Set(other.faults.map(({ code, message }) => `${code} ${message}`))).toEqual(
      new Set(['LISTENER Error: mine']),
    );
  });

  test('a dead connection is replaced all the same', async () => {
    const { trial, attempts } = await following();
    trial.socket.close = broken;
    await trial.clock.advance(9_000);
    await trial.clock.advance(trial.wait ?? 0);
    await trial.acknowledged();

    expect([trial.connection.status, trial.sockets.length, attempts()]).toEqual(['ready', 2, 1]);
  });

  test('the other subscriptions of the socket are ended all the same', async () => {
    const { trial } = await following();
    const { socket } = trial.parley;
    const ended: string[] = [];
    socket.subscribe({ query: roomEvents }, { ...ignored, complete: broken });
    socket.subscribe({ query: roomEvents }, { ...ignored, complete: () => ended.push('second') });

    void socket.dispose();

    expect([ended, trial.faults.map(({ code }) => code)]).toEqual([['second'], ['LISTENER']]);
  });
});

test('two hundred clients leave nothing behind', async () => {
  for (let round = 0; round < 200; round += 1) {
    const { trial, seen } = await following();
    await trial.tell('wake');
    const iterator = trial.parley.iterate({ query: roomEvents }, { room: 'r' })[Symbol.asyncIterator]();
    const socket = trial.parley.socket.iterate({ query: roomEvents, variables: { room: 'r' } });
    const next = [iterator.next(), socket.next()];
    trial.parley.dispose();
    expect([trial.clock.timers, trial.listeners, trial.socket.closedWith, seen]).toEqual([0, 0, 1000, ['DISPOSED']]);
    const afterwards = trial.parley.iterate({ query: roomEvents }, { room: 'r' })[Symbol.asyncIterator]().next();
    const ended = { value: undefined, done: true };
    expect(await Promise.all([...next, afterwards])).toEqual([ended, ended, ended]);
  }
  await settle();
});
