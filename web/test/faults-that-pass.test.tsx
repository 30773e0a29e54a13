/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Connection, type Parley, ParleyError, type RequestOptions, type Session } from 'parley-client';
import { act } from 'react';
import { dataOf } from '../src/app/data.ts';
import { SignedIn } from '../src/app/signed-in.tsx';
import { Value } from '../src/app/value.ts';
import { BlockedDocument, UnblockUserDocument } from '../src/documents.ts';
import { en } from '../src/words/en.ts';
import { show } from './support/show.tsx';

const busy = new ParleyError({ code: 'RATE_LIMITED', retryAfterMs: 3000 });
const refused = new ParleyError({ code: 'INVALID_INPUT' });
const blocked = {
  viewer: { __typename: 'Viewer', id: 'me', blockedUsers: { __typename: 'UserConnection', nodes: [] } },
};

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});
const later = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

/** A server that answers with these in turn, and with the last one from then on. */
function serverOf(...answers: (object | ParleyError)[]) {
  const times: number[] = [];
  const request = async (_document: unknown, _variables: unknown, { signal }: RequestOptions = {}) => {
    signal?.throwIfAborted();
    const answer = answers[Math.min(times.push(Date.now()), answers.length) - 1];
    if (answer instanceof ParleyError) throw answer;
    return answer;
  };
  return { request: request as Parley['request'], times };
}

/** Asks who is blocked, until it is ended. */
function follow(data: ReturnType<typeof dataOf>, onResult: (code: string) => void = () => {}) {
  const results = data.query(BlockedDocument.query, {}, { requestPolicy: 'network-only' });
  return results.subscribe(({ error }) => onResult(error ? error.message : 'data'));
}

describe('a query that fails', () => {
  test('is asked again when the server wants it, and gives no error', async () => {
    const { request, times } = serverOf(busy, blocked);
    const results: string[] = [];
    follow(dataOf({ request }), (result) => results.push(result));

    await later(2999);
    expect([times.length, results]).toEqual([1, []]);
    await later(1);

    expect([times.length, results]).toEqual([2, ['data']]);
  });

  test('is asked later and later, and at once when the network is back', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const { request, times } = serverOf(new ParleyError({ code: 'NETWORK' }));
    follow(dataOf({ request }));
    await later(60_000);
    const gaps = times.slice(1).map((time, at) => time - times[at]!);
    expect(gaps).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);

    dispatchEvent(new Event('online'));
    await later(0);

    expect(times).toHaveLength(11);
  });

  test('is not asked again if it is refused for good, or nobody waits for it any more', async () => {
    const refusing = serverOf(refused);
    const results: string[] = [];
    follow(dataOf(refusing), (result) => results.push(result));
    const failing = serverOf(busy);
    const unheard = follow(dataOf(failing));
    await later(1);
    unheard.unsubscribe();

    await later(60_000);

    expect([refusing.times.length, failing.times.length]).toEqual([1, 1]);
    expect(results).toEqual(['[Network] INVALID_INPUT']);
  });

  test('is repeated once, however often the page has asked for it', async () => {
    const { request, times } = serverOf(busy);
    const data = dataOf({ request });
    for (let count = 0; count < 3; count++) {
      follow(data);
      await later(0);
    }
    expect(times).toHaveLength(1);

    await later(3000);

    expect(times).toHaveLength(2);
  });
});

test('a change that fails is not repeated: it may have been made', async () => {
  const { request, times } = serverOf(busy);
  const result = dataOf({ request })
    .mutation(UnblockUserDocument.query, { input: { userId: 'max' } })
    .toPromise();

  await later(60_000);

  expect([(await result).error?.message, times.length]).toEqual(['[Network] RATE_LIMITED', 1]);
});

test('while the first query fails, the page says that the server does not answer', async () => {
  const parley = {
    request: serverOf(busy).request,
    connect: () => {},
    disconnect: () => {},
    session: new Value<Session>({ status: 'unknown' }),
    connection: new Value<Connection>({ status: 'idle' }),
  };
  const page = show(<SignedIn parley={parley as Partial<Parley> as Parley} onLeave={() => {}} />);

  await later(1999);
  expect(page.textContent).toBe('');
  await later(1);

  expect(page.textContent).toBe(en.crash.noServer);
});
