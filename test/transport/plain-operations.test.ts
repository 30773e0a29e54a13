import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { createSchema } from 'graphql-yoga';
import { pino } from 'pino';
import { documentCache } from '../../src/execution/document-cache.ts';
import { executeOperation } from '../../src/execution/execute-operation.ts';
import { masking } from '../../src/execution/masking.ts';
import { preparation } from '../../src/execution/preparation.ts';
import { type Context, newContext } from '../../src/graphql/context.ts';
import { EventStreams } from '../../src/transport/event-streams.ts';
import { plainOperations } from '../../src/transport/plain-operations.ts';
import { graphqlPath, yogaServer } from '../../src/transport/yoga.ts';
import { post } from '../support/http.ts';
import { openHttp } from '../support/http-server.ts';
import { servicesWithoutDatabase } from '../support/services.ts';
import { until } from '../support/until.ts';

const seen = { yoga: 0, contexts: 0, executed: 0 };
/** Functions that let the field `slow` resolve, one for each time that it is asked for. */
const slow: (() => void)[] = [];
const documents = documentCache();
const { services, close } = await servicesWithoutDatabase();
const server = await openHttp({ operations: operations() });
afterAll(async () => {
  await server.connections.drain(0);
  server.streams.close();
  await close();
});
beforeEach(() => {
  Object.assign(seen, { yoga: 0, contexts: 0, executed: 0 });
});

/** Returns the handler of the server, which counts in `seen` how often each of its parts works. */
function operations() {
  const count = () => {
    seen.executed += 1;
    return seen.executed;
  };
  const schema = createSchema<Context>({
    typeDefs: 'type Query { ok: Int! slow: Int! broken: Int } type Mutation { count: Int! brokenCount: Int! }',
    resolvers: {
      Query: {
        ok: count,
        slow: () => new Promise((resolve) => slow.push(() => resolve(count()))),
        broken: () => Promise.reject(new Error('broken')),
      },
      Mutation: { count, brokenCount: () => Promise.reject(new Error(`broken after ${count()}`)) },
    },
  });
  const contextOf = async () => {
    seen.contexts += 1;
    return newContext(services, { viewer: null, language: 'en' });
  };
  const mask = masking(pino({ level: 'silent' }));
  const streams = new EventStreams(() => {});
  const yoga = yogaServer({ schema, contextOf, mask, documents, streams, execute: executeOperation });
  return plainOperations({
    url: graphqlPath,
    yoga: (request, response, ...context) => {
      seen.yoga += 1;
      return yoga(request, response, ...context);
    },
    prepare: preparation(() => yoga.getEnveloped({}), documents),
    contextOf,
    execute: executeOperation,
  });
}

test.each([
  ['a query', { query: '{ ok }' }, { ok: 1 }],
  ['a mutation', { query: 'mutation { count }' }, { count: 1 }],
  ['one operation of several', { query: 'query A { ok } query B { b: ok }', operationName: 'B' }, { b: 1 }],
  ['one with empty parts', { query: '{ ok }', variables: null, operationName: null, extensions: null }, { ok: 1 }],
])('%s is answered without Yoga', async (_what, body, data) => {
  expect(await post(server.url, body)).toMatchObject({ status: 200, body: { data } });

  expect(seen).toEqual({ yoga: 0, contexts: 1, executed: 1 });
});

test.each([
  ['a query with an error', { query: '{ ok broken }' }],
  ['a mutation with an error', { query: 'mutation { brokenCount }' }],
])('%s is answered by Yoga, but executed once', async (_what, body) => {
  expect((await post(server.url, body)).body?.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);

  expect(seen).toEqual({ yoga: 1, contexts: 1, executed: 1 });
});

test.each<[string, unknown, Record<string, string>]>([
  ['a wrong query', { query: '{ wrong }' }, {}],
  ['an unknown parameter', { query: '{ ok }', loud: true }, {}],
  ['a parameter that every object has', { query: '{ ok }', constructor: 'x' }, {}],
  ['an Accept header that every object has', { query: '{ wrong }' }, { accept: 'constructor' }],
  ['a list', [{ query: '{ ok }' }], {}],
])('%s is left to Yoga before anything is executed', async (_what, body, headers) => {
  expect((await post(server.url, body, headers)).body?.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);

  expect(seen).toEqual({ yoga: 1, contexts: 0, executed: 0 });
});

test('a valid document stays in the cache, one with errors does not', async () => {
  documents.documents.clear();

  for (const query of ['{ ok }', '{ wrong }']) await post(server.url, { query });

  expect([...documents.documents.keys()]).toEqual(['{ ok }']);
});

test('an operation that is under way when the server stops is answered, and its connection is closed', async () => {
  const stopping = await openHttp({ operations: operations() });
  const answer = post(stopping.url, { query: '{ slow }' });
  await until(() => slow.length === 1);

  const drained = stopping.connections.drain(10_000);
  slow[0]?.();

  const { headers, body } = await answer;
  expect([headers.get('connection'), body]).toEqual(['close', { data: { slow: 1 } }]);
  await drained;
  expect(seen.yoga).toBe(0);
  stopping.streams.close();
});
