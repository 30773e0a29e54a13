import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { limits } from '../../src/base/limits.ts';
import { badDocuments } from '../support/bad-documents.ts';
import { post, type Reply, request } from '../support/http.ts';
import { type Person, people } from '../support/person.ts';
import { RawConnection, rawRequest } from '../support/raw-http.ts';
import { startServer, type TestServer } from '../support/server.ts';

const good = '{ server { version } }';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
});
afterEach(async () => {
  // Whatever was sent, it was no fault of the server, and it goes on.
  expect(server.logged).toEqual([]);
  expect((await post(server.url, { query: good })).body).toMatchObject({ data: { server: {} } });
});
afterAll(() => server.close());

function expectError({ status, headers, body }: Reply, code: string, statuses: number[] = [200, 400]) {
  expect(body?.errors).toMatchObject([
    { message: expect.stringMatching(/\S/), extensions: { code, retryable: false } },
  ]);
  expect(statuses).toContain(status);
  expect(headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
}

test.each(badDocuments)('%s is refused with %s', async (_what, query, variables, code) => {
  expectError(await post(server.url, { query, variables }, { authorization: `Bearer ${ada.token}` }), code);
});

test('what was cheap with small variables is refused with large ones', async () => {
  const [, query, { ids }] = badDocuments.at(-1)!;
  const ask = (count: number) =>
    post(
      server.url,
      { query, variables: { ids: (ids as string[]).slice(0, count) } },
      { authorization: `Bearer ${ada.token}` },
    );
  expect((await ask(1)).body).toEqual({ data: { nodes: [null] } });

  expect((await ask(100)).body?.errors?.[0]?.message).toMatch(/^The operation may resolve \d+ fields/);
});

describe('a body that is no request', () => {
  test.each<[string, unknown]>([
    ['nothing', ''],
    ['half of one', '{"query": "{ server'],
    ['not JSON', 'query { server { version } }'],
    ['null', 'null'],
    ['a number', '42'],
    ['a text', JSON.stringify(good)],
    ['an empty object', {}],
    ['a query that is a number', { query: 1 }],
    ['variables that are a list', { query: good, variables: [1] }],
    ['variables that are a text', { query: good, variables: 'x' }],
    ['extensions that are a text', { query: good, extensions: 'x' }],
    ['a parameter that there is not', { query: good, loud: true }],
    ['an operation that is not in it', { query: `query A ${good}`, operationName: 'B' }],
    ['an operation name that is a number', { query: `query A ${good}`, operationName: 1 }],
    ['a list of requests', [{ query: good }, { query: good }]],
    ['a list of nothing', []],
  ])('%s', async (_what, body) => {
    expectError(await post(server.url, body), 'BAD_REQUEST');
  });
});

describe('a request that is none of ours', () => {
  const ask = (path: string, options: Parameters<typeof request>[1] = {}) =>
    request(new URL(path, server.url).href, options);
  test.each<[string, () => Promise<Reply>, number]>([
    ['of another content type', () => post(server.url, { query: good }, { 'content-type': 'text/plain' }), 415],
    ['that accepts nothing we have', () => post(server.url, { query: good }, { accept: 'image/png' }), 406],
    [
      'that would change something by GET',
      () =>
        ask(
          `?query=${encodeURIComponent('mutation { createGuestSession(input: { displayName: "x" }) { accessToken } }')}`,
        ),
      405,
    ],
    ['by GET with bad variables', () => ask(`?query=${encodeURIComponent(good)}&variables={`), 400],
    ['by GET with bad extensions', () => ask(`?query=${encodeURIComponent(good)}&extensions=x`), 400],
    ['by PUT', () => ask('', { method: 'PUT', body: { query: good } }), 405],
    ['by DELETE', () => ask('', { method: 'DELETE' }), 405],
    [
      'of forms with a file missing',
      () => post(server.url, '--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
      415,
    ],
    ['that accepts a thousand things', () => post(server.url, { query: good }, { accept: 'a/b,'.repeat(3000) }), 406],
  ])('%s', async (_what, reply, status) => {
    expectError(await reply(), 'BAD_REQUEST', [status]);
  });

  test.each<[string, string]>([
    ['a path that is no address', 'GET // HTTP/1.1\r\nHost: x'],
    ['a whole address that is none', 'GET http://[ HTTP/1.1\r\nHost: x'],
    ['a Host that is none', 'GET /graphql HTTP/1.1\r\nHost: ['],
  ])('%s', async (_what, head) => {
    expect(await rawRequest(server.url, `${head}\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 400 .*"code":"BAD_REQUEST"/s,
    );
  });

  test('no HTTP at all', async () => {
    expect(await rawRequest(server.url, 'Good morning!\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  test('a request that breaks off', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';

    expect(await rawRequest(server.url, head)).toMatch(/^(HTTP\/1.1 400 |$)/);
  });

  test('a path that leads nowhere', async () => {
    expect((await ask('/nowhere')).status).toBe(404);
  });
});

describe('credentials that cannot be read are refused, not taken for none:', () => {
  /** The answer to a question with these lines among its headers, by a client that does not hang up before it. */
  const answerTo = async (lines: string) => {
    const connection = await RawConnection.open(server.url);
    const path = `/graphql?query=${encodeURIComponent(good)}`;
    connection.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n${lines}\r\nConnection: close\r\n\r\n`);
    await connection.closed;
    return connection.received;
  };
  test.each<[string, (token: string) => string]>([
    ['another scheme', () => 'Authorization: Basic YWRhOnNlY3JldA=='],
    ['no scheme', (token) => `Authorization: ${token}`],
    ['nothing', () => 'Authorization:'],
    ['a scheme alone', () => 'Authorization: Bearer'],
    ['two tokens', (token) => `Authorization: Bearer ${token} ${token}`],
    ['something after the token', (token) => `Authorization: Bearer ${token}, Basic YWRhOnNlY3JldA==`],
    ['a second header', (token) => `Authorization: Bearer ${token}\r\nAuthorization: Basic YWRhOnNlY3JldA==`],
    ['a token that is cut', (token) => `Authorization: Bearer ${token.slice(0, -5)}`],
  ])('%s', async (_what, lines) => {
    expect(await answerTo(lines(ada.token))).toContain('"code":"UNAUTHENTICATED"');
  });

  test('and of two headers that say the same, one is enough', async () => {
    const line = `Authorization: Bearer ${ada.token}`;

    expect(await answerTo(`${line}\r\n${line}`)).toContain('"data":{"server"');
  });
});

describe('a body of more than 256 KB', () => {
  const tooLarge = { query: `${good} # ${'x'.repeat(limits.requestBytes)}` };
  const chunks = (count: number) => {
    let sent = 0;
    return new ReadableStream({
      pull: (controller) => (sent++ < count ? controller.enqueue(Buffer.alloc(64 * 1024, ' ')) : controller.close()),
    });
  };

  test.each<[string, () => unknown]>([
    ['that says so', () => tooLarge],
    ['in chunks', () => chunks(5)],
    ['in chunks without end', () => chunks(Number.POSITIVE_INFINITY)],
  ])('%s is refused', async (_what, body) => {
    expectError(await post(server.url, body()), 'PAYLOAD_TOO_LARGE', [413]);
  });

  test('is what less is not', async () => {
    const padding = limits.requestBytes - JSON.stringify({ query: `${good}#` }).length;

    const { body } = await post(server.url, { query: `${good}#${'x'.repeat(padding)}` });

    expect(body?.data).toBeDefined();
  });
});
