import { afterEach, describe, expect, test } from '@jest/globals';
import type { SendRequest } from '../src/api.ts';
import { systemClock } from '../src/base/clock.ts';
import type { ParleyError } from '../src/base/errors.ts';
import { settle } from './support/fake-clock.ts';
import { fakeSockets } from './support/fake-socket.ts';
import { Trial } from './support/trial.ts';

const trials: Trial[] = [];
function trial(...options: ConstructorParameters<typeof Trial>): Trial {
  const made = new Trial(...options);
  trials.push(made);
  return made;
}

afterEach(() => {
  for (const made of trials.splice(0)) {
    made.parley.dispose();
    expect([made.clock.timers, made.listeners]).toEqual([0, 0]);
  }
});

describe('a connection', () => {
  test('is opened when something needs it, with the token and the device', async () => {
    const { parley, sockets, ...rest } = trial({ token: 'mine', deviceId: 'phone', language: 'pt' });
    expect([sockets.length, parley.connection.get().status]).toEqual([0, 'idle']);

    parley.subscribe({ query: 'subscription { viewerEvents { __typename } }' }, {}, ignored);
    await settle();
    sockets[0]?.acknowledge({ userId: 'u', expiresAt: null });

    expect(rest.clock).toBeDefined();
    expect(sockets[0]?.sent[0]).toEqual({
      type: 'connection_init',
      payload: { token: 'mine', deviceId: 'phone', language: 'pt' },
    });
    expect(parley.session.get()).toEqual({ status: 'signed-in', userId: 'u', expiresAt: null });
  });

  test('is closed five seconds after nothing needs it', async () => {
    const made = trial();
    const end = made.parley.subscribe({ query: 'subscription { viewerEvents { __typename } }' }, {}, ignored);
    await made.acknowledged();
    end();

    await made.clock.advance(4_999);
    expect(made.connection.status).toBe('ready');
    await made.clock.advance(1);

    expect([made.connection.status, made.socket.closedWith]).toEqual(['idle', 1000]);
  });

  test('is given up without an acknowledgement in ten seconds', async () => {
    const made = trial();
    made.parley.connect();
    await settle();
    made.socket.open();

    await made.clock.advance(9_999);
    expect(made.connection.status).toBe('connecting');
    await made.clock.advance(1);

    expect(made.connection).toMatchObject({ status: 'waiting', why: 'dead' });
  });

  test.each([
    ['throws', () => Promise.reject(new Error('no network'))],
    ['never answers', () => new Promise<string>(() => {})],
  ])('waits and tries again if the token function %s', async (_what, token) => {
    const made = trial({ token });
    made.parley.connect();
    await made.clock.advance(30_000);

    expect(made.connection).toMatchObject({ status: expect.stringMatching(/waiting|connecting/) });
    expect(made.sockets).toEqual([]);
    expect(made.log).toContain('token');
    await made.clock.advance(60_000);
    expect(made.connection).toMatchObject({ lost: true });
  });

  test('ignores late events of an earlier socket', async () => {
    const made = await trial().connected();
    const [first] = made.sockets;
    const { onclose, onmessage } = first ?? {};
    first?.drop(1006);
    await made.clock.advance(300);
    await made.acknowledged();

    onclose?.({ code: 4406 } as never);
    onmessage?.({ data: 'half a fra' } as never);

    expect(made.connection.status).toBe('ready');
    expect(made.faults).toEqual([]);
  });

  test('reports a frame that it cannot read, and connects again', async () => {
    const made = await trial().connected();

    made.socket.receive('{"type":"ne');

    expect(made.connection.status).toBe('waiting');
    expect(made.faults).toMatchObject([{ code: 'BROKEN_FRAME' }]);
  });

  test.each([
    ['null'],
    ['7'],
    ['["pong"]'],
    ['{"type":["pong"]}'],
    ['{"type":{"toString":1}}'],
    ['{"type":"complete"}'],
    ['{"type":"next","payload":{"data":{}}}'],
    ['{"type":"next","id":1,"payload":{"data":{}}}'],
    ['{"type":"next","id":"1","payload":"data"}'],
    ['{"type":"error","id":"1","payload":[null]}'],
    ['{"type":"error","id":"1","payload":null}'],
    ['a ping that is too deep to answer', `{"type":"ping","payload":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ])('is ended by a message of another form: %s', async (shown, text = shown) => {
    const made = await trial().connected();

    made.socket.receive(text);

    expect(made.connection.status).toBe('waiting');
    expect(made.faults).toMatchObject([{ code: 'BROKEN_FRAME' }]);
  });

  test('goes on if the log of the app throws', async () => {
    const log = () => {
      throw new Error('full');
    };
    const made = await trial({ log }).connected();

    made.socket.receive('{"type":"ne');

    expect(made.connection.status).toBe('waiting');
    expect(made.faults).toHaveLength(1);
  });

  test('says that it is lost after five seconds', async () => {
    const made = await trial().connected();
    made.parley.disconnect();
    made.random = 1;
    await made.connected();
    made.socket.drop(1006);
    expect(made.connection).toMatchObject({ status: 'waiting', lost: false });

    for (let tries = 0; tries < 4; tries += 1) {
      await made.clock.advance(made.wait ?? 0);
      made.socket.drop(1006);
    }

    expect(made.connection).toMatchObject({ status: 'waiting', lost: true });
  });
});

const ignored = { next() {}, error() {}, complete() {} };

describe('after a close with', () => {
  test.each([1000, 1005, 1006, 1008, 1011, 1013, 1014, 1015, 4408, 4500, 4999, undefined])(
    '%s, it connects again, more and more slowly',
    async (code) => {
      const made = await trial().connected();
      const waits: number[] = [];

      for (let tries = 0; tries < 8; tries += 1) {
        made.socket.drop(code);
        waits.push(made.wait ?? Number.NaN);
        await made.clock.advance(made.wait ?? 0);
      }

      expect(waits).toEqual([300, 550, 1050, 2050, 4050, 8050, 10_050, 10_050]);
    },
  );

  test.each([1001, 1012])('%s, it comes back at random in the time that the server gives', async (code) => {
    const made = await trial().connected({ reconnectWithinMs: 8_000 });
    made.socket.drop(code);
    expect(made.wait).toBe(4_000);

    await made.clock.advance(4_000);
    made.socket.drop(code);

    expect(made.wait).toBe(300);
  });

  test.each([
    [-5, 1_500],
    ['soon', 1_500],
    [1e300, 300_000],
  ])('1012, it does not wait for ever if the server gives %p', async (reconnectWithinMs, wait) => {
    const made = await trial().connected({ reconnectWithinMs });
    made.socket.drop(1012);
    expect(made.wait).toBe(wait);
  });

  test('1012 again and again at once, it comes back more and more slowly', async () => {
    const made = await trial().connected({ reconnectWithinMs: 0 });
    const waits: (number | undefined)[] = [];
    for (let tries = 0; tries < 4; tries += 1) {
      made.socket.drop(1012);
      waits.push(made.wait);
      await made.clock.advance(made.wait ?? 0);
      await made.acknowledged({ reconnectWithinMs: 0 });
    }
    expect(waits).toEqual([0, 300, 550, 1_050]);
  });

  test('1009, it ends the operation with the largest request', async () => {
    const made = await trial().connected();
    const errors: string[] = [];
    for (const length of [10, 300, 20]) {
      const sink = { ...ignored, error: ({ code }: { code: string }) => errors.push(`${length} ${code}`) };
      made.parley.subscribe({ query: `subscription { x(a: "${'x'.repeat(length)}") }` }, {}, sink);
    }

    made.socket.drop(1009);

    expect(errors).toEqual(['300 PAYLOAD_TOO_LARGE']);
    expect([made.wait, made.faults.length]).toEqual([300, 1]);
  });

  test.each([4400, 4401, 4409, 4429])('%s, it reports its fault, waits longer, and stops after five', async (code) => {
    const made = await trial().connected();
    const waits: (number | undefined)[] = [];

    for (let tries = 0; tries < 5; tries += 1) {
      made.socket.drop(code);
      waits.push(made.wait);
      await made.clock.advance(made.wait ?? 0);
    }

    expect(waits).toEqual([4_050, 8_050, 10_050, 10_050, undefined]);
    expect(made.connection).toMatchObject({ status: 'failed', why: { code: 'BAD_REQUEST' } });
    expect(made.faults).toHaveLength(5);
  });

  test('4406, it stops, until it is told to connect', async () => {
    const made = await trial().connected();
    made.socket.drop(4406);
    expect(made.connection.status).toBe('failed');

    await made.connected();

    expect(made.connection.status).toBe('ready');
  });
});

describe('after a close with 4403,', () => {
  test('it connects at once with another token', async () => {
    const made = await trial().connected();

    made.socket.drop(4403);
    await made.acknowledged();

    expect(made.reasons).toEqual(['start', 'refused']);
    expect(made.socket.sent[0]?.payload?.token).toBe('token-2');
    expect(made.connection.status).toBe('ready');
  });

  test.each([
    ['the same', ['a', 'a']],
    ['none', ['a', null]],
  ])('it is signed out if the new token is %s', async (_what, tokens) => {
    const made = trial();
    made.tokens = tokens;
    await made.connected();

    made.socket.drop(4403);
    await settle();

    expect(made.parley.session.get()).toEqual({ status: 'signed-out', why: 'refused' });
    expect([made.connection.status, made.sockets.length]).toEqual(['closed', 1]);
  });

  test('it is signed out if the new token is refused too, and keeps what was subscribed', async () => {
    const made = await trial().connected();
    made.parley.subscribe({ query: 'subscription { viewerEvents { __typename } }' }, {}, ignored);
    made.socket.drop(4403);
    await settle();
    made.socket.drop(4403);
    await settle();
    expect(made.parley.session.get().status).toBe('signed-out');

    await made.connected();

    expect(made.reasons).toEqual(['start', 'refused', 'start']);
    expect(made.socket.subscribed).toHaveLength(1);
  });

  test.each([
    ['session', 'refused', ['a', 'a', 'b']],
    ['connection', 'refused', ['a', 'a', 'b']],
    ['session', 'no-token', ['a', null, 'b']],
    ['connection', 'no-token', ['a', null, 'b']],
  ] as const)('a listener of the %s that connects when it ends as %s is connected', async (store, why, tokens) => {
    const made = trial();
    made.tokens = [...tokens];
    await made.connected({ userId: 'u' });
    const { [store]: ended, session } = made.parley;
    if (why === 'no-token') made.parley.disconnect();
    if (why === 'no-token') made.parley.connect();
    ended.subscribe(() => /closed|signed-out/.test(ended.get().status) && made.parley.connect());

    if (why === 'refused') made.socket.drop(4403);
    await settle();
    await made.acknowledged({ userId: 'u' });

    expect(made.socket.sent[0]?.payload?.token).toBe('b');
    expect([made.connection.status, session.get().status]).toEqual(['ready', 'signed-in']);
  });

  test('a listener that connects at each end is anonymous if there is no token any more', async () => {
    const made = trial();
    made.tokens = ['a', null, null];
    await made.connected({ userId: 'u' });
    const { parley } = made;
    const seen: string[] = [];
    parley.session.subscribe(() => seen.push(parley.session.get().status));
    parley.disconnect();
    parley.connection.subscribe(() => made.connection.status === 'closed' && parley.connect());

    parley.connect();
    await made.acknowledged();

    expect(seen).toEqual(['signed-out', 'unknown', 'anonymous']);
    expect([made.connection.status, made.reasons]).toEqual(['ready', ['start', 'start', 'start']]);
  });

  test('a token that does not arrive is no refusal', async () => {
    let isDown = false;
    const made = trial({ token: (why) => (isDown ? Promise.reject(new Error('down')) : Promise.resolve(why)) });
    await made.connected();
    isDown = true;
    made.socket.drop(4403);
    await settle();
    expect(made.connection.status).toBe('waiting');

    isDown = false;
    await made.clock.advance(made.wait ?? 0);
    made.socket.drop(4403);
    await settle();
    await made.clock.advance(made.wait ?? 0);
    await made.acknowledged();

    expect(made.connection.status).toBe('ready');
  });

  test('a server that accepts and refuses is not hammered', async () => {
    const made = await trial().connected();
    made.socket.drop(4403);
    await made.acknowledged();

    made.socket.drop(4403);
    await settle();

    expect(made.wait).toBe(550);
  });
});

describe('a token that is late', () => {
  function late() {
    const answers: ((token: string) => void)[] = [];
    const token = () => new Promise<string>((resolve) => answers.push(resolve));
    return { made: trial({ token }), answers };
  }

  test('is not used after the token is forgotten', async () => {
    const { made, answers } = late();
    made.parley.connect();
    await settle();
    made.parley.disconnect();
    made.parley.connect();
    await settle();

    answers[1]?.('new');
    await settle();
    answers[0]?.('old');
    await made.acknowledged();

    expect(made.socket.sent[0]?.payload?.token).toBe('new');
    expect(made.sockets).toHaveLength(1);
  });

  test('is given up after 30 seconds, and asked for again', async () => {
    const { made, answers } = late();
    made.parley.connect();
    await made.clock.advance(30_000);
    expect([made.connection.status, made.log]).toEqual(['waiting', ['token']]);

    await made.clock.advance(1_000);
    answers[1]?.('new');
    await made.acknowledged();

    expect([made.connection.status, made.socket.sent[0]?.payload?.token]).toEqual(['ready', 'new']);
  });

  test('is no answer to a refusal', async () => {
    const { made, answers } = late();
    made.parley.connect();
    await settle();
    answers[0]?.('a');
    await made.acknowledged({ userId: 'u', expiresAt: made.clock.now() + 10_000 });
    await made.clock.advance(5_000);
    made.socket.drop(4403);
    await settle();

    answers[1]?.('a');
    await settle();
    answers[2]?.('b');
    await made.acknowledged();

    expect(made.socket.sent[0]?.payload?.token).toBe('b');
    expect(made.connection.status).toBe('ready');
  });
});

describe('failures are counted', () => {
  test('on if the connection is lost within ten seconds, and from zero afterwards', async () => {
    const made = await trial().connected();
    made.socket.drop(1006);
    await made.clock.advance(300);
    await made.acknowledged();
    made.socket.drop(1006);
    expect(made.wait).toBe(550);
    await made.clock.advance(550);
    await made.acknowledged();

    for (let second = 0; second < 10; second += 1) {
      made.socket.receive({ type: 'pong' });
      await made.clock.advance(1_000);
    }
    made.socket.drop(1006);

    expect(made.wait).toBe(300);
  });

  test('and a page that nobody sees comes back more slowly', async () => {
    const made = await trial().connected();
    made.isHidden = true;
    made.random = 1;
    made.socket.drop(1006);
    expect(made.wait).toBe(5_000);
    await made.clock.advance(5_000);
    for (let tries = 0; tries < 2; tries += 1) {
      made.socket.drop(1006);
      if (tries === 0) await made.clock.advance(made.wait ?? 0);
    }
    expect(made.wait).toBe(4 * 2_050);
  });
});

describe('a dead connection', () => {
  test('is found by a ping after five quiet seconds, and dropped four seconds later', async () => {
    const made = await trial().connected();
    await made.clock.advance(5_000);
    expect(made.socket.count('ping')).toBe(1);
    await made.clock.advance(3_999);
    expect(made.connection.status).toBe('ready');

    await made.clock.advance(1);

    expect(made.connection).toMatchObject({ status: 'waiting', why: 'dead' });
  });

  test('is none that answers', async () => {
    const made = await trial().connected();
    for (let pings = 1; pings < 10; pings += 1) {
      await made.clock.advance(5_000);
      made.socket.receive({ type: 'pong' });
    }
    expect(made.connection.status).toBe('ready');
  });

  test('is looked for every 25 seconds if the page is hidden', async () => {
    const made = trial();
    made.isHidden = true;
    await made.connected();
    await made.clock.advance(24_999);
    expect(made.socket.count('ping')).toBe(0);
    await made.clock.advance(1);
    expect(made.socket.count('ping')).toBe(1);
  });

  test('is not judged by a timer that has slept: it has two seconds to answer', async () => {
    const made = await trial().connected();
    await made.clock.advance(5_000);
    await made.clock.sleep(60_000);
    expect(made.connection.status).toBe('ready');

    await made.clock.advance(2_000);

    expect(made.connection).toMatchObject({ status: 'waiting', why: 'dead' });
  });

  test('gets an answer to its own pings', async () => {
    const made = await trial().connected();
    made.socket.receive({ type: 'ping', payload: { a: 1 } });
    expect(made.socket.sent.at(-1)).toEqual({ type: 'pong', payload: { a: 1 } });
  });
});

describe('a device that wakes', () => {
  test('connects at once, and counts failures from zero', async () => {
    const made = await trial().connected();
    made.socket.drop(1006);
    await made.clock.advance(300);
    made.socket.drop(1006);

    await made.tell('wake');

    expect(made.connection.status).toBe('connecting');
    made.socket.drop(1006);
    expect(made.wait).toBe(300);
  });

  test('comes back within a quarter of a second if it is the network that is back', async () => {
    const made = await trial().connected();
    made.socket.drop(1006);
    await made.tell('wake', 'online');
    await made.clock.advance(124);
    expect(made.connection.status).toBe('waiting');
    await made.clock.advance(1);
    expect(made.connection.status).toBe('connecting');
  });

  test.each(['wake', 'offline'] as const)('gives a ready connection two seconds to answer: %s', async (what) => {
    const made = await trial().connected();
    await made.tell(what);
    expect(made.socket.count('ping')).toBe(1);

    await made.clock.advance(2_000);

    expect(made.connection).toMatchObject({ status: 'waiting', why: 'dead' });
  });

  test('tries every 30 seconds while it says that it has no network', async () => {
    const made = await trial().connected();
    made.socket.drop(1006);
    await made.tell('offline');
    expect(made.wait).toBe(30_000);
    await made.clock.advance(30_000);
    made.socket.drop(1006);
    expect(made.wait).toBe(30_000);
  });

  test('closes its connection before it sleeps, and connects when it wakes', async () => {
    const made = await trial().connected();
    await made.tell('sleep');
    expect([made.connection.status, made.socket.closedWith]).toEqual(['waiting', 1000]);
    await made.clock.advance(3_600_000);
    expect(made.sockets).toHaveLength(1);

    await made.tell('wake');
    await made.acknowledged();

    expect(made.connection.status).toBe('ready');
  });
});

describe('a token', () => {
  const inAnHour = (made: Trial) => ({
    userId: 'u',
    serverTime: new Date(made.clock.now() + 500_000).toISOString(),
    expiresAt: new Date(made.clock.now() + 500_000 + 3_600_000).toISOString(),
  });

  async function keepAlive(made: Trial, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 4_000) {
      await made.clock.advance(4_000);
      made.socket.receive({ type: 'pong' });
    }
  }

  test('is renewed in place a tenth of its life before its end, by the clock of the server', async () => {
    const made = trial();
    await made.connected(inAnHour(made));
    await keepAlive(made, 3_236_000);
    expect(made.reasons).toEqual(['start']);

    await keepAlive(made, 8_000);
    made.socket.answer('next', { data: { renewConnection: { expiresAt: '2040-01-01T00:00:00Z', userErrors: [] } } });
    made.socket.answer('complete');
    await settle();

    expect(made.reasons).toEqual(['start', 'expiring']);
    expect(made.socket.subscribed[0]?.payload?.variables).toEqual({ token: 'token-2' });
    expect(made.parley.session.get()).toMatchObject({ userId: 'u', expiresAt: Date.parse('2040-01-01T00:00:00Z') });
    expect(made.sockets).toHaveLength(1);
  });

  test('is given to a new connection if the present one does not take it', async () => {
    const made = trial();
    await made.connected(inAnHour(made));
    await keepAlive(made, 3_244_000);
    made.socket.fail('FORBIDDEN');
    await made.acknowledged(inAnHour(made));

    expect(made.socket.sent[0]?.payload?.token).toBe('token-2');
    expect([made.sockets.length, made.connection.status]).toEqual([2, 'ready']);
  });

  test('is thrown away if its connection is lost in the meantime', async () => {
    const made = trial();
    await made.connected(inAnHour(made));
    await keepAlive(made, 3_244_000);
    made.socket.drop(1006);
    await made.clock.advance(300);
    await made.acknowledged(inAnHour(made));

    expect([made.reasons.length, made.sockets.length]).toEqual([2, 2]);
    expect(made.socket.sent[0]?.payload?.token).toBe('token-2');
  });

  test('that ends soon is asked for at half of its life, again and again', async () => {
    const made = trial();
    await made.connected({ userId: 'u', expiresAt: made.clock.now() + 10_000 });
    await made.clock.advance(4_999);
    expect(made.reasons).toEqual(['start']);
    await made.clock.advance(1);
    expect(made.reasons).toEqual(['start', 'expiring']);
  });

  test.each([-3_600_000, 0])('that ends %i ms from now is renewed once a second, not more', async (ms) => {
    const made = trial();
    const ended = made.clock.now() + ms;
    await made.connected({ userId: 'u', serverTime: made.clock.now(), expiresAt: made.clock.now() - 1 });
    for (let tenth = 0; tenth < 50; tenth++) {
      const isAsked = made.socket.subscribed.length > made.socket.count('answered');
      if (isAsked) made.socket.answer('next', { data: { renewConnection: { expiresAt: ended, userErrors: [] } } });
      if (isAsked) made.socket.answer('complete');
      await made.clock.advance(100);
    }
    expect(made.reasons.length).toBeGreaterThan(2);
    expect(made.reasons.length).toBeLessThan(9);
  });

  test('that cannot be had is asked for again, not more than once a second', async () => {
    let calls = 0;
    const token = (why: string) => {
      calls += 1;
      return why === 'start' ? 'a' : Promise.reject(new Error('down'));
    };
    const made = trial({ token });
    await made.connected({ userId: 'u', expiresAt: made.clock.now() + 8_000 });
    await keepAlive(made, 12_000);
    expect(calls).toBeGreaterThan(3);
    expect(calls).toBeLessThan(15);
  });
});

test('an anonymous client connects without a token', async () => {
  const made = trial({ token: null });
  await made.connected();
  expect(made.parley.session.get()).toEqual({ status: 'anonymous' });
  expect(made.socket.sent[0]).toEqual({ type: 'connection_init', payload: {} });
});

describe('`connect` of an anonymous client', () => {
  const payloads = ({ sockets }: Trial) => sockets.map(({ sent }) => sent[0]?.payload);

  async function anonymous() {
    const made = trial();
    made.tokens = [null];
    await made.connected();
    expect(made.parley.session.get()).toEqual({ status: 'anonymous' });
    return made;
  }

  test('asks for the token again, and connects with it', async () => {
    const made = await anonymous();

    await made.connected({ userId: 'u' });

    expect(payloads(made)).toEqual([{}, { token: 'token-2' }]);
    expect(made.sockets[0]?.closedWith).toBe(1000);
    expect([made.reasons, made.parley.session.get().status]).toEqual([['start', 'start'], 'signed-in']);
  });

  test('does nothing if there is still none, or if a user is signed in', async () => {
    const made = await anonymous();
    made.tokens = [null, 'mine'];

    made.parley.connect();
    await settle();
    expect([made.connection.status, payloads(made)]).toEqual(['ready', [{}]]);
    await made.connected({ userId: 'u' });
    made.parley.connect();
    await settle();

    expect([made.connection.status, payloads(made)]).toEqual(['ready', [{}, { token: 'mine' }]]);
    expect(made.reasons).toHaveLength(3);
  });

  test.each([
    ['not acknowledged yet', async () => {}],
    ['lost', async (made: Trial) => made.socket.drop(1006)],
  ])('connects with it too if the connection is %s', async (_what, lose) => {
    const made = trial();
    made.tokens = [null];
    made.parley.connect();
    await settle();
    await lose(made);

    made.parley.connect();
    await made.clock.advance(1_000);
    await made.acknowledged({ userId: 'u' });

    expect([payloads(made).at(-1), made.parley.session.get().status]).toEqual([{ token: 'token-2' }, 'signed-in']);
  });

  test('asks once more if the question is under way, and may be answered as before', async () => {
    const answers: ((token: string | null) => void)[] = [];
    const made = trial({ token: () => new Promise((resolve) => answers.push(resolve)) });
    made.parley.connect();
    made.parley.connect();

    answers[0]?.(null);
    await settle();
    answers[1]?.('mine');
    await made.acknowledged({ userId: 'u' });

    expect(payloads(made)).toEqual([{ token: 'mine' }]);
  });

  test('asks until there is an answer', async () => {
    let answer = () => Promise.resolve<string | null>(null);
    const made = trial({ token: () => answer() });
    await made.connected();
    answer = () => Promise.reject(new Error('down'));
    made.parley.connect();
    await settle();
    expect([made.connection.status, made.log]).toEqual(['waiting', ['token']]);

    answer = () => Promise.resolve('mine');
    await made.clock.advance(1_000);
    await made.acknowledged({ userId: 'u' });

    expect(made.parley.session.get().status).toBe('signed-in');
  });
});

test.each([['mine\n'], ['Bearer mine'], [() => ' bearer mine ']])('of %j, the token alone is sent', async (token) => {
  const made = await trial({ token }).connected();
  expect(made.socket.sent[0]?.payload).toEqual({ token: 'mine' });
});

test.each([[''], [() => '']])('an empty token is none', async (token) => {
  const made = await trial({ token }).connected();
  expect(made.parley.session.get()).toEqual({ status: 'anonymous' });
  expect(made.socket.sent[0]?.payload).toEqual({});
});

test('the errors of the client itself say in a sentence what has happened', async () => {
  let answer = () => new Promise<Response>(() => {});
  const made = await trial({ token: 'mine', fetch: () => answer() }).connected({ userId: 'u' });
  const { parley, clock } = made;
  const room = parley.room('r');
  const errors: ParleyError[] = [];
  const ignore = (error: ParleyError) => errors.push(error);
  parley.subscribe('mutation { x }', {}, { ...ignored, error: ignore });
  made.socket.drop(1006);
  void parley.request('{ x }', {}).catch(ignore);
  await clock.advance(30_000);
  answer = () => Promise.resolve(Response.json({ data: { viewer: null } }));
  await parley.signOut();
  await room.send('late').done.catch(ignore);
  await room.events()[Symbol.asyncIterator]().next().catch(ignore);
  parley.dispose();
  await parley.request('{ x }', {}).catch(ignore);

  expect(errors.map(({ code }) => code)).toEqual(['NETWORK', 'TIMEOUT', 'SIGNED_OUT', 'UNAUTHENTICATED', 'DISPOSED']);
  for (const { message } of errors) expect(message).toMatch(/^[A-Z][a-z]+ .*\.$/);
});

test('a timer of a month does not fire at once', async () => {
  const fired: string[] = [];
  const cancels = [2 ** 31, Number.POSITIVE_INFINITY].map((ms) => systemClock.after(ms, () => fired.push(`${ms}`)));

  await new Promise<void>((resolve) => systemClock.after(20, resolve));
  for (const cancel of cancels) cancel();

  expect(fired).toEqual([]);
});

test('a client needs a WebSocket, unless it is told that it needs none', () => {
  const { WebSocket: own } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebSocket');
  try {
    expect(() => trial({ webSocket: undefined })).toThrow(/must be a class, such as that of `ws`/);
    expect(trial({ webSocket: null }).connection.status).toBe('idle');
  } finally {
    if (own) globalThis.WebSocket = own;
  }
});

test('a module in place of its class is no WebSocket', () => {
  const { webSocket: WebSocket } = fakeSockets();
  expect(() => trial({ webSocket: { WebSocket } as never })).toThrow(/`webSocket` must be a class/);
});

test.each([['chat.example/graphql'], ['/graphql'], ['localhost:4955/graphql'], ['file:///graphql'], [undefined]])(
  'a client needs an HTTP address: %s is none',
  (url) => {
    const error = { code: 'BAD_REQUEST', message: `\`url\` is no HTTP address: ${url}` };
    expect(() => trial({ url: url as string })).toThrow(expect.objectContaining(error));
  },
);

test('`log` says why there is no connection, once for each reason, and when that is over', async () => {
  const log: string[] = [];
  const made = trial({ log: ({ what, why, error }) => log.push([what, why, error].join(' ').trim()) });
  made.parley.connect();
  await settle();

  for (let attempt = 1; attempt <= 3; attempt += 1) {
    made.socket.break(new Error('connect ECONNREFUSED'));
    await made.clock.advance(made.wait ?? 0);
  }
  made.socket.drop(4403, 'Forbidden');
  await settle();
  await made.clock.advance(made.wait ?? 0);
  await made.acknowledged();

  expect(log).toEqual(['closed 1006 Error: connect ECONNREFUSED', 'closed 4403 Forbidden', 'connected']);
});

test('a client that is told that it needs no WebSocket opens none, also if there is one', async () => {
  const { webSocket, sockets } = fakeSockets();
  const { WebSocket: own } = globalThis;
  globalThis.WebSocket = webSocket as typeof WebSocket;
  try {
    const made = trial({ webSocket: null });
    made.parley.connect();
    await settle();
    const why = { code: 'BAD_REQUEST', message: expect.stringMatching(/^`webSocket` must/) };
    expect(made.connection).toMatchObject({ status: 'failed', why });
    expect(sockets).toEqual([]);
  } finally {
    if (own) globalThis.WebSocket = own;
    else Reflect.deleteProperty(globalThis, 'WebSocket');
  }
});

test('what needs a WebSocket fails at once in a client that has none', async () => {
  const { parley, ...rest } = trial({ webSocket: null, token: 'mine' });
  const room = parley.room('r');
  const codes: string[] = [];
  parley.subscribe({ query: 'subscription { x }' }, {}, { ...ignored, error: ({ code }) => codes.push(code) });
  const stops = [room.hold(), parley.presence(['r']).subscribe(() => {})];

  const sent = room.send('Hello!');

  await expect(sent.done).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('with null, only HTTP works'),
  });
  await expect(parley.setStatus('IDLE')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(room.events()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect([codes, room.state.get().status, parley.outbox.get()]).toEqual([['BAD_REQUEST'], 'failed', []]);
  for (const stop of stops) stop();
  await rest.clock.advance(60_000);
  expect(rest.clock.timers).toBe(0);
});

test('a document is a text, or has one', () => {
  const { parley } = trial();
  // @ts-expect-error: a document of `gql` would be sent as "[object Object]"
  const ask = () => parley.request({ kind: 'Document', definitions: [] }, {});
  expect(ask).toBeInstanceOf(Function);
});

test('`done` is null only for what the app sends with a request of its own', () => {
  const room = trial().parley.room('r');
  const request: SendRequest = { payload: () => ({ query: '', variables: {} }), answered() {} };
  const texts = () => [
    room.send('a').done.then(({ text }) => text),
    // @ts-expect-error: the type says that it is null for a request of the app
    room.send('b', { request }).done.then(({ text }) => text),
  ];
  expect(texts).toBeInstanceOf(Function);
});

describe.each([
  ['the token is refused', 4403, 'UNAUTHENTICATED', /^The server refused the token/],
  ['the protocol is refused', 4406, 'BAD_REQUEST', /^Closed with 4406/],
])('a loop over the events of a room throws when %s, and does not wait for ever,', (_what, close, code, text) => {
  const error = { code, message: expect.stringMatching(text) };
  const nextEvent = ({ parley }: Trial) => parley.room('r').events()[Symbol.asyncIterator]().next();

  test('if it has begun before', async () => {
    const made = trial({ token: 'only' });
    const next = nextEvent(made);
    await made.acknowledged({ userId: 'u' });
    made.socket.drop(close);

    await expect(next).rejects.toMatchObject(error);
  });

  test('if it begins afterwards', async () => {
    const made = await trial({ token: 'only' }).connected({ userId: 'u' });
    made.socket.drop(close);
    await settle();

    await expect(nextEvent(made)).rejects.toMatchObject(error);
  });
});
