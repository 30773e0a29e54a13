import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { schema } from '../../src/schema.ts';
import { post } from '../support/http.ts';
import { type Person, people } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';

type Complexity = (args: object, context: object, field: object) => unknown;

let server: TestServer;
let ada: Person;
const { extensions } = (schema.getType('Query') as GraphQLObjectType).getFields().rooms!;
const complexity = extensions.complexity as Complexity;
const spy = jest.fn<Complexity>(complexity);
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
  Object.assign(extensions, { complexity: spy });
});
afterAll(async () => {
  Object.assign(extensions, { complexity });
  await ada.close();
  await server.close();
});

const payload = { query: 'query ($n: Int) { rooms(first: $n) { nodes { id } } }', variables: { n: 7 } };

describe('the cost of an operation is computed once', () => {
  test('over WebSocket', async () => {
    const socket = await RawSocket.ready(server.url, ada.token);
    spy.mockClear();

    socket.send({ id: '1', type: 'subscribe', payload });
    expect(await socket.next()).toMatchObject({ type: 'next' });

    expect(spy).toHaveBeenCalledTimes(1);
    socket.close();
  });

  test('over HTTP', async () => {
    spy.mockClear();

    expect(await post(server.url, payload, { authorization: `Bearer ${ada.token}` })).toMatchObject({ status: 200 });

    expect(spy).toHaveBeenCalledTimes(1);
  });
});
