import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType } from 'graphql';
import { globalId, newId } from '../../src/base/ids.ts';
import { limits } from '../../src/base/limits.ts';
import { makeAdmin } from '../support/administrators.ts';
import { badDocuments } from '../support/bad-documents.ts';
import { post, type Reply, request } from '../support/http.ts';
import { RawConnection, rawRequest } from '../support/raw-http.ts';
import { roomOf, say } from '../support/rooms.ts';
import { answerTo, type Caller, givens, ofScalar, places } from '../support/unlikely-arguments.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada } = await withServer('Ada');

const good = '{ server { version } }';

afterEach(async () => {
  // No request caused a fault of the server, and it still answers.
  expect(server.logged).toEqual([]);
  expect((await post(server.url, { query: good })).body).toMatchObject({ data: { server: {} } });
});

function expectError({ status, headers, body }: Reply, code: string, statuses: number[] = [200, 400]) {
  expect(body?.errors).toMatchObject([
    { message: expect.stringMatching(/\S/), extensions: { code, retryable: false } },
  ]);
  expect(statuses).toContain(status);
  expect(headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
}

test.each(badDocuments)('%s is refused', async (_what, query, variables, code) => {
  expectError(await post(server.url, { query, variables }, { authorization: `Bearer ${ada.token}` }), code);
});

const [json, spec, stream] = ['application/json', 'application/graphql-response+json', 'text/event-stream'];
const subscription = { query: 'subscription { viewerEvents { __typename } }' };

// As docs/errors.md says.
test.each([
  ['a body that is not JSON', '{', [json, '*/*', spec, stream], 400],
  ['an operation that is not valid', { query: '{ nothing }' }, [json, '*/*', stream], 200],
  ['an operation that is not valid', { query: '{ nothing }' }, [spec], 400],
  ['a subscription', subscription, [stream, '*/*'], 200],
  ['a subscription', subscription, [json, spec], 406],
  ['an operation', { query: good }, ['text/html', 'image/png'], 406],
])('%s gets the status that belongs to what the client accepts (%#)', async (_what, body, accepted, status) => {
  for (const accept of accepted) {
    const hangUp = new AbortController();
    const { signal } = hangUp;
    const headers = { accept, 'content-type': 'application/json', authorization: `Bearer ${ada.token}` };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(server.url, { method: 'POST', headers, body: text, signal });
    hangUp.abort();

    expect([accept, answer.status]).toEqual([accept, status]);
  }
});

test('several operations in one body are refused, and none is executed', async () => {
  const mutation = { query: 'mutation { updateProfile(input: { displayName: "Batched" }) { user { id } } }' };
  const headers = { authorization: `Bearer ${ada.token}` };

  expectError(await post(server.url, [mutation, mutation], headers), 'BAD_REQUEST');

  const { body } = await post(server.url, { query: '{ viewer { user { displayName } } }' }, headers);
  expect(body).toEqual({ data: { viewer: { user: { displayName: 'Ada' } } } });
});

describe('a variable with thousands of wrong values gets one short error,', () => {
  const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`n${n}`, n]));
  const ofRoom = 'mutation ($i: CreateRoomInput!) { createRoom(input: $i) { room { id } userErrors { code } } }';
  const ofStatus = 'query ($kinds: [RoomKind!]) { rooms(kinds: $kinds, first: 1) { nodes { id } } }';
  const kinds = Array.from({ length: 20_000 }, () => 'X');
  const headers = { authorization: `Bearer ${ada.token}` };
  const expectShort = (errors: { message: string }[] | undefined) => {
    expect(errors?.[0]?.message).toMatch(/^Variable "\$\w+" got invalid value/);
    expect(JSON.stringify(errors).length).toBeLessThan(1500);
  };

  test.each([
    [ofRoom, { i: { kind: 'CHANNEL', name: 'Room' } }, { i: fields }],
    [ofStatus, { kinds: ['CHANNEL'] }, { kinds }],
  ])('before and after the cost of %s is known', async (query, good, bad) => {
    expectShort((await post(server.url, { query, variables: bad }, headers)).body?.errors);
    expect((await post(server.url, { query, variables: good }, headers)).body).not.toHaveProperty('errors');
    expectShort((await post(server.url, { query, variables: bad }, headers)).body?.errors);
  });

  test('also for a subscription, over WebSocket and SSE', async () => {
    const query = 'subscription ($roomIds: [ID!]!) { presenceChanged(roomIds: $roomIds) { __typename } }';
    const variables = { roomIds: [fields, fields] };
    const body = JSON.stringify({ query, variables });
    const sse = { ...headers, accept: 'text/event-stream', 'content-type': 'application/json' };

    const stream = await (await fetch(server.url, { method: 'POST', headers: sse, body })).text();
    expect(stream).toContain('Variable');
    expect(stream.length).toBeLessThan(1500);
    const results = ada.socket.iterate({ query, variables });
    await expect(results.next()).rejects.toMatchObject([{ message: expect.stringMatching(/^Variable .{1,999}$/s) }]);
  });
});

test('an operation that is cheap with small variables is refused with large ones', async () => {
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

describe('a body that is not a request', () => {
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

describe('a request in a form that the server does not accept', () => {
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

  test('a text that is not HTTP', async () => {
    expect(await rawRequest(server.url, 'Good morning!\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  test('a request that breaks off', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';

    expect(await rawRequest(server.url, head)).toMatch(/^(HTTP\/1.1 400 |$)/);
  });

  test('an unknown path', async () => {
    expect((await ask('/nowhere')).status).toBe(404);
  });
});

describe('malformed credentials are refused, and not treated as anonymous:', () => {
  /** Returns the answer to a request with these header lines, from a client that waits for it. */
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

  test('two equal headers, however, are accepted', async () => {
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

  test('is refused, and one of exactly 256 KB is accepted', async () => {
    const padding = limits.requestBytes - JSON.stringify({ query: `${good}#` }).length;

    const { body } = await post(server.url, { query: `${good}#${'x'.repeat(padding)}` });

    expect(body?.data).toBeDefined();
  });
});

describe('an unlikely argument', () => {
  let caller: Caller;
  beforeAll(async () => {
    const { grace } = await server.people('Grace');
    await makeAdmin(server, ada); // or else some fields answer FORBIDDEN alone
    const roomId = await roomOf(ada, grace);
    const { id: messageId } = await say(grace, roomId, 'Hello');
    caller = { person: ada, ids: { roomId, messageId, userId: grace.id, sessionId: ada.sessionId } };
  });
  afterEach(() => expect(server.logged).toEqual([])); // no argument causes a fault of the server

  test('is tried for every type that has fields with arguments', () => {
    expect(new Set(givens.map(({ type }) => type))).toEqual(new Set(Object.keys(places)));
  });

  describe('that is not a cursor is refused by', () => {
    const uuid = newId();
    const numbers = ['-1', '1.5', '1e3', '٣', '2147483648', '9'.repeat(400), '1 OR true', ''];
    const texts = ['', '-'.repeat(36), uuid.toUpperCase(), '\u0000', '😀', "'; --", 'A'.repeat(48_000)];
    const notified = [
      `999999999999999.${uuid}.1`,
      `8640000000000001.${uuid}.1`,
      `-1.${uuid}.1`,
      `1.${'-'.repeat(36)}.1`,
      `1.${uuid}.2147483648`,
      `1.${uuid}`,
      `NaN.${uuid}.1`,
    ];
    const lists: Record<string, string[]> = {
      message: [...numbers, ...texts],
      membership: [...numbers, ...texts, `${uuid}${uuid}`],
      notification: [...numbers, ...texts, ...notified],
      room: texts,
      user: texts,
      event: [...numbers, ...texts, `${uuid}:2147483648`, `${uuid}:-1`],
    };
    const cursors = Object.entries(lists).flatMap(([list, values]) =>
      values.map((value) => Buffer.from(`${list}:${value}`).toString('base64url')),
    );
    const raw = ['""', '"="', '"ÿ"', `"${'x'.repeat(64_000)}"`, '"\\u0000"', '"😀"'];
    const isCursor = ({ name, type }: (typeof givens)[number]['given']) =>
      (name === 'after' || name === 'before') && getNamedType(type).name !== 'Int';
    const fields = givens.filter(({ given }) => isCursor(given));

    test.each(fields.map((field) => [field.name, field] as const))('%s', async (_name, field) => {
      const given = [...raw, ...cursors.map((text) => `"${text}"`)];
      const answers = await Promise.all(given.map((cursor) => answerTo(caller, field, cursor)));

      const accepted = given.filter((_cursor, index) => !answers[index]!.includes('INVALID_INPUT'));
      expect(given.length).toBeGreaterThan(50); // else this proves nothing
      expect(accepted.map((cursor) => Buffer.from(cursor, 'base64url').toString())).toEqual([]);
    });
  });

  describe('that is an extreme number is answered by', () => {
    test.each(ofScalar('Int'))('%s', async (_name, given) => {
      const extremes = ['2147483647', '-2147483648', '0', '-1'];
      const impossible = ['2147483648', '1e400', '0.5'];
      const answers = (numbers: string[]) => Promise.all(numbers.map((number) => answerTo(caller, given, number)));

      for (const answer of await answers(extremes)) expect(answer).toMatch(/^\{"data":|INVALID_INPUT/);
      for (const answer of await answers(extremes)) expect(answer).not.toContain('INTERNAL');
      for (const answer of await answers(impossible)) expect(answer).toContain('BAD_REQUEST');
    });
  });

  describe('that is an id of another type is refused by', () => {
    const anyType = ['Query.node(id)', 'Query.nodes(ids)'];
    const own = ofScalar('ID').filter(([name]) => !anyType.includes(name));

    test.each(own)('%s', async (_name, given) => {
      const wrong = globalId('Notification', newId());
      const unknown = [`"${wrong}"`, '"x"', '""', '1', `"${'x'.repeat(64_000)}"`];
      const answers = await Promise.all(unknown.map((id) => answerTo(caller, given, id)));

      for (const answer of answers) expect(answer).toContain('INVALID_INPUT');
    });
  });
});
