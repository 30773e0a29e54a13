import { describe, expect, test } from '@jest/globals';
import type { ParleyOptions } from '../src/api.ts';
import { memoryStorage } from '../src/outbox/memory-storage.ts';
import { settle } from './support/fake-clock.ts';
import { Trial } from './support/trial.ts';

const url = 'http://chat.example/graphql';

/** A client with tokens to give, whose server takes only one of them. */
function withTokens(tokens: string[], good: string) {
  const seen: Headers[] = [];
  const trial = new Trial({
    deviceId: 'phone',
    fetch: async (_input, init) => {
      const headers = new Headers(init?.headers);
      seen.push(headers);
      return new Response('{}', { status: headers.get('authorization') === `Bearer ${good}` ? 200 : 401 });
    },
  });
  trial.tokens = tokens;
  return { trial, seen };
}

test('`fetch` adds the token, the device and the headers of the caller', async () => {
  const { trial, seen } = withTokens(['good'], 'good');

  const { status } = await trial.parley.fetch(url, { method: 'POST', headers: { accept: 'application/json' } });

  expect(status).toBe(200);
  expect(Object.fromEntries(seen[0]!)).toEqual({
    accept: 'application/json',
    authorization: 'Bearer good',
    'x-device-id': 'phone',
  });
  trial.parley.dispose();
});

test('`fetch` asks for another token once, if the server refuses the first one', async () => {
  const { trial, seen } = withTokens(['old', 'new', 'newest'], 'newest');

  const { status } = await trial.parley.fetch(url);

  expect(status).toBe(401);
  expect(trial.reasons).toEqual(['start', 'refused']);
  expect(seen.map((headers) => headers.get('authorization'))).toEqual(['Bearer old', 'Bearer new']);
  trial.parley.dispose();
});

describe('after a sign-out,', () => {
  test('`request` and `fetch` are sent without a token, and nobody is asked for one, until `connect`', async () => {
    const { trial, seen } = withTokens(['mine', 'mine'], 'mine');
    const { parley } = trial;
    await parley.fetch(url);
    await parley.signOut();
    seen.length = 0;

    await parley.fetch(url);
    await parley.request('{ x }', {}).catch(() => {});
    expect(seen.map((headers) => headers.get('authorization'))).toEqual([null, null]);
    expect(trial.reasons).toEqual(['start']);
    parley.connect();
    await parley.fetch(url);

    expect([seen.at(-1)?.get('authorization'), trial.reasons]).toEqual(['Bearer mine', ['start', 'start']]);
    parley.dispose();
  });

  test('what was refused is not sent again as the next user', async () => {
    const sent: [string | null, refuse: () => void][] = [];
    const trial = new Trial({
      fetch: (_input, init) =>
        new Promise((resolve) => {
          const refuse = () => resolve(new Response('{}', { status: 401 }));
          sent.push([new Headers(init?.headers).get('authorization'), refuse]);
        }),
    });
    const asked = trial.parley.fetch(url, { method: 'POST' });
    await settle();
    void trial.parley.signOut();
    await trial.connected({ userId: 'bob' });

    for (const [, refuse] of sent) refuse();

    expect((await asked).status).toBe(401);
    expect(new Set(sent.map(([token]) => token))).toEqual(new Set(['Bearer token-1']));
    trial.parley.dispose();
  });
});

test.each(['http://other.example/graphql', 'http://chat.example/other', 'https://chat.example/graphql'])(
  'the token does not go to %s',
  async (other) => {
    const { trial, seen } = withTokens(['good'], 'good');
    await trial.parley.fetch(other);
    expect(seen[0]!.get('authorization')).toBeNull();
    trial.parley.dispose();
  },
);

test.each([
  [404, '<html>', 'BAD_REQUEST', 'HTTP 404: no GraphQL; should `url` end with /graphql?'],
  [413, '{"error":"too large"}', 'BAD_REQUEST', 'HTTP 413: too large'],
  [429, 'null', 'NETWORK', 'HTTP 429: no GraphQL; should `url` end with /graphql?'],
  [502, '<html>', 'NETWORK', 'HTTP 502: no GraphQL; should `url` end with /graphql?'],
  [200, '{}', 'NETWORK', 'HTTP 200: no GraphQL; should `url` end with /graphql?'],
])('`request` says what has answered instead of GraphQL: %i %s', async (status, body, code, message) => {
  const { parley } = new Trial({ fetch: async () => new Response(body, { status }) });
  const retryable = code === 'NETWORK';

  const told = { code, message: `${url}: ${message}`, retryable };
  await expect(parley.request('{ x }', {})).rejects.toMatchObject(told);
  parley.dispose();
});

test.each([
  ['TypeError: fetch failed', undefined],
  ['ECONNREFUSED', Object.assign(new Error(), { code: 'ECONNREFUSED' })],
])('`request` says where and why the network failed: %s', async (why, cause) => {
  const { parley } = new Trial({ fetch: () => Promise.reject(new TypeError('fetch failed', { cause })) });

  const message = `${url}: ${why}`;
  await expect(parley.request('{ x }', {})).rejects.toMatchObject({ code: 'NETWORK', message });
  parley.dispose();
});

test('the address may be that of the WebSocket', () => {
  const { parley } = new Trial({ url: 'wss://chat.example/graphql' });
  expect(parley.url).toBe('https://chat.example/graphql');
  parley.dispose();
});

describe.each<[what: string, options: Partial<ParleyOptions>]>([
  ['the app never gives a token', { token: () => new Promise<string>(() => {}) }],
  ['the network never answers, nor hears that it is told to stop', { fetch: () => new Promise(() => {}) }],
])('if %s,', (_what, options) => {
  const questions: [string, (trial: Trial, signal: AbortSignal) => Promise<unknown>][] = [
    ['`request`', ({ parley }, signal) => parley.request('{ x }', {}, { signal })],
    ['`room.snapshot`', ({ parley }) => parley.room('r').snapshot()],
  ];

  test.each(questions)('%s ends with the client', async (_name, ask) => {
    const trial = new Trial(options);
    const asked = ask(trial, new AbortController().signal);
    await settle();

    trial.parley.dispose();

    await expect(asked).rejects.toMatchObject({ code: 'DISPOSED' });
    expect(trial.clock.timers).toBe(0);
  });

  test.each(questions)('%s ends after 30 seconds', async (_name, ask) => {
    const trial = new Trial(options);
    const asked = ask(trial, new AbortController().signal).catch((error) => error);

    await trial.clock.advance(30_000);

    expect(await asked).toMatchObject({ code: 'TIMEOUT', retryable: true });
    trial.parley.dispose();
  });

  test('`request` ends with its signal', async () => {
    const trial = new Trial(options);
    const aborter = new AbortController();
    const asked = trial.parley.request('{ x }', {}, aborter);
    await settle();

    aborter.abort('enough');

    await expect(asked).rejects.toBe('enough');
    trial.parley.dispose();
  });

  test('`signOut` ends, also if the client is disposed of', async () => {
    const trial = new Trial(options);
    const done = trial.parley.signOut();
    trial.parley.dispose();

    await trial.clock.advance(60_000);

    expect(await done).toEqual({ unsent: 0 });
    expect([trial.log, trial.clock.timers]).toEqual([['sign-out'], 0]);
  });
});

test('`signOut` ends also if the storage gives no answer, and the client is disposed of', async () => {
  const storage = { ...memoryStorage(), clear: () => new Promise<never>(() => {}) };
  const fetch = () => Promise.resolve(Response.json({ data: { viewer: null } }));
  const trial = await new Trial({ storage, fetch }).connected({ userId: 'ada' });
  const done = trial.parley.signOut().catch((error) => error);
  trial.parley.dispose();

  await settle();
  await trial.clock.advance(30_000);

  expect(await done).toMatchObject({ code: 'TIMEOUT' });
});

test('`fetch` ends with the client if the app never gives a token', async () => {
  const trial = new Trial({ token: () => new Promise<string>(() => {}) });
  const asked = trial.parley.fetch(url);
  await settle();

  trial.parley.dispose();

  await expect(asked).rejects.toMatchObject({ code: 'DISPOSED' });
});
