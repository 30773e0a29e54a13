import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Plugin } from 'graphql-yoga';
import { ChatError, type ErrorCode } from '../../src/base/errors.ts';
import { refusals } from '../../src/transport/refusals.ts';
import { post } from '../support/http.ts';
import { openHttp } from '../support/http-server.ts';

/** Each operation fails with the error code in its name. */
const failing: Plugin = {
  onExecute: ({ args, setResultAndStopExecution }) => {
    if (!args.operationName) return;
    setResultAndStopExecution({ errors: [new ChatError(args.operationName as ErrorCode, 'It is so.')] });
  },
};

let server: Awaited<ReturnType<typeof openHttp>>;
beforeAll(async () => {
  server = await openHttp({ plugins: [refusals, failing] });
});
afterAll(async () => {
  server.streams.close();
  await server.connections.drain(0);
});

const ask = (operationName: string, accept: string) =>
  post(server.url, { query: `query ${operationName} { long(characters: 1) }`, operationName }, { accept });

const modern = 'application/graphql-response+json';

test.each([
  ['UNAUTHENTICATED', 401],
  ['RATE_LIMITED', 429],
  ['INTERNAL', 500],
  ['NOT_FOUND', 400],
])(
  'an answer that is %s and nothing else has status %i, and 200 where clients want no status',
  async (code, status) => {
    const inNewWay = await ask(code, `${modern}, application/json;q=0.9`);
    const inOldWay = await ask(code, 'application/json');
    const ofAnyType = await ask(code, '*/*');
    const stream = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: `query ${code} { long(characters: 1) }`, operationName: code }),
    });
    await stream.text();

    const [inNew, inOld, ofAny] = [inNewWay, inOldWay, ofAnyType].map((reply) => reply.status);
    expect({ inNew, inOld, ofAny, ofStream: stream.status }).toEqual({
      inNew: status,
      inOld: 200,
      ofAny: 200,
      ofStream: 200,
    });
    expect(inNewWay.headers.get('content-type')).toContain(modern);
    expect(inNewWay.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    expect(inNewWay.body).toEqual(inOldWay.body);
    expect(inNewWay.body?.errors?.[0]?.extensions).toMatchObject({ code });
    expect(inNewWay.body?.errors?.[0]?.extensions).not.toHaveProperty('http');
  },
);
