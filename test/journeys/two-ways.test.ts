import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { globalId, newId } from '../../src/base/ids.ts';
import { tokensSignedWith } from '../../src/sessions/tokens.ts';
import { badDocuments } from '../support/bad-documents.ts';
import { jwtSecret } from '../support/server.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada } = await withServer('Ada');

type Headers = Record<string, string | string[]>;

/** Sends a request and returns everything that a client sees of the answer, without the time and without new ids. */
async function answerTo(url: string, body: string, headers: Headers) {
  const sent = httpRequest(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode, statusMessage, rawHeaders } = response;
  const fields = rawHeaders.join('\n').replace(/^Date\n.*$/m, '');
  return { statusCode, statusMessage, fields, body: (await text(response)).replace(/"[\w.-]{32,}"/g, '"new"') };
}

/** Expects the same answer from the short way and from Yoga, which gets all requests with a query string. */
async function expectSame(body: unknown, headers: Headers = {}) {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const [short, long] = await Promise.all([
    answerTo(server.url, content, headers),
    answerTo(`${server.url}?by=yoga`, content, headers),
  ]);
  expect(short).toEqual(long);
  return short;
}

const asAda = { authorization: `Bearer ${ada.token}` };
const good = '{ server { version } }';
const signIn =
  'mutation ($name: String!) { createGuestSession(input: { displayName: $name }) { accessToken user { id } userErrors { code path message } } }';

describe('with data, the short way answers as Yoga does:', () => {
  test.each<[string, unknown, Headers]>([
    ['a query', { query: good }, {}],
    ['a query of a signed-in user', { query: '{ viewer { language user { displayName } } }' }, asAda],
    ['a query with a language', { query: '{ viewer { language } }' }, { ...asAda, 'accept-language': 'fr, en;q=0.5' }],
    ['an operation with a name', { query: `query A ${good} query B { viewer { language } }`, operationName: 'A' }, {}],
    ['a query with empty parts', { query: good, variables: null, operationName: null, extensions: null }, {}],
    ['a query with extensions', { query: good, variables: {}, extensions: { library: 'x' } }, {}],
    ['a query with an unknown variable', { query: good, variables: { x: 1 } }, {}],
    ['a query of a page of another origin', { query: good }, { origin: 'https://chat.example' }],
    ['a type with a character set', { query: good }, { 'content-type': 'Application/JSON; charset=utf-8' }],
    ['a large answer', { query: getIntrospectionQuery() }, {}],
    ['a mutation', { query: signIn, variables: { name: 'Hedy' } }, {}],
    ['a mutation that is refused', { query: signIn, variables: { name: '' } }, {}],
    ['a query of one moment', { query: '{ rooms(first: 1) { nodes { syncCursor } } }' }, asAda],
    [
      'a missing object',
      { query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: globalId('Room', newId()) } },
      asAda,
    ],
    [
      'two equal tokens',
      { query: '{ viewer { language } }' },
      { authorization: [`Bearer ${ada.token}`, `Bearer ${ada.token}`] },
    ],
  ])('%s', async (_what, body, headers) => {
    expect(await expectSame(body, headers)).toMatchObject({
      statusCode: 200,
      body: expect.stringMatching(/^{"data":{/),
    });
  });

  test.each([
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json,application/json;q=0.9',
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    'application/json, text/plain, */*',
    'text/html',
    'constructor',
  ])('a client that accepts %s', async (accept) => {
    await expectSame({ query: good }, { accept });
    await expectSame({ query: '{ rooms { totalCount { value } } }' }, { accept });
  });
});

describe('with errors, the short way answers as Yoga does:', () => {
  const signed = (claims: object) =>
    tokensSignedWith(jwtSecret).sign({
      userId: newId(),
      sessionId: newId(),
      expiresAt: new Date('2100-01-01'),
      ...claims,
    });
  const asGraphql = { accept: 'application/graphql-response+json' };

  test.each<[string, unknown, Headers?]>([
    ['no body', ''],
    ['half a body', '{"query": "{ server'],
    ['a body with a mark at its start', `\uFEFF${JSON.stringify({ query: good })}`],
    ['null', 'null'],
    ['a number', '42'],
    ['a text', JSON.stringify(good)],
    ['an empty object', {}],
    ['an empty query', { query: '' }],
    ['a query that is a number', { query: 1 }],
    ['variables that are a list', { query: good, variables: [1] }],
    ['variables that are a text', { query: good, variables: 'x' }],
    ['extensions that are a text', { query: good, extensions: 'x' }],
    ['extensions that are a list', { query: good, extensions: [] }],
    ['an unknown parameter', { query: good, loud: true }],
    ['a parameter of every object', `{"query": "${good}", "__proto__": {}, "constructor": 1}`],
    ['an unknown operation', { query: `query A ${good}`, operationName: 'B' }],
    ['an operation without a name', { query: `query A ${good}`, operationName: '' }],
    ['an operation name that is a number', { query: `query A ${good}`, operationName: 1 }],
    ['no operation name', { query: `query A ${good} query B ${good}` }],
    ['a list of requests', [{ query: good }]],
    ['the hash of a query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
    ['a query that is no GraphQL', { query: '{ server' }],
    ['an unknown field', { query: '{ nothing }' }],
    ['a document without operations', { query: 'fragment A on Query { server { version } }' }],
    ['a variable that is missing', { query: signIn }],
    ['a variable of another type', { query: signIn, variables: { name: 1 } }],
    ['an id that is none', { query: '{ server { version } node(id: "x") { id } }' }, asAda],
    ['a subscription', { query: 'subscription { viewerEvents { __typename } }' }],
    ['a body of another type', { query: good }, { 'content-type': 'text/plain' }],
    ['a field for users', { query: '{ rooms { totalCount { value } } }' }],
    ['a token of another session', { query: good }, { authorization: `Bearer ${signed({})}` }],
    ['a token that has expired', { query: good }, { authorization: `Bearer ${signed({ expiresAt: new Date(1000) })}` }],
    ['a token that is none', { query: good }, { authorization: 'Basic x' }],
    ['two tokens', { query: good }, { authorization: [`Bearer ${ada.token}`, 'Basic x'] }],
  ])('%s', async (_what, body, headers = {}) => {
    const { body: shown } = await expectSame(body, headers);
    await expectSame(body, { ...headers, ...asGraphql });

    expect(shown).toContain('"errors":[');
  });

  test.each(badDocuments)('%s', async (_what, query, variables) => {
    await expectSame({ query, variables }, asAda);
    await expectSame({ query, variables }, { ...asAda, ...asGraphql });
  });
});
