import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { limits } from '../../src/base/limits.ts';
import { openHttp } from '../support/http-server.ts';
import { inHalves, RawConnection } from '../support/raw-http.ts';

let server: Awaited<ReturnType<typeof openHttp>>;
beforeAll(async () => {
  server = await openHttp();
});
afterAll(() => server.connections.drain(0));

const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

test('a body that declares too many bytes is refused before any of them is sent', async () => {
  const connection = await RawConnection.open(server.url);

  connection.send(`${head}Content-Length: ${limits.requestBytes + 1}\r\n\r\n`);

  await connection.closed;
  expect(connection.received).toMatch(/^HTTP\/1.1 413 .*"code":"PAYLOAD_TOO_LARGE"/s);
});

test('a body of unknown length is refused as soon as it is too large, and the rest is not read', async () => {
  const connection = await RawConnection.open(server.url);
  const chunk = `${(64 * 1024).toString(16)}\r\n${' '.repeat(64 * 1024)}\r\n`;

  connection.send(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(4)}`);
  connection.send('1\r\n \r\n'); // never ends

  await connection.closed;
  expect(connection.received).toMatch(/^HTTP\/1.1 413 .*"code":"PAYLOAD_TOO_LARGE"/s);
});

test('a body in hundreds of single bytes is cut', async () => {
  const connection = await RawConnection.open(server.url);

  connection.send(`${head}Transfer-Encoding: chunked\r\n\r\n${'1\r\n \r\n'.repeat(300)}`); // never ends

  await connection.closed;
  expect(connection.received).toBe('');
});

test('a body in several pieces is read whole', async () => {
  const connection = await RawConnection.open(server.url);
  const [first, second] = inHalves('{ long(characters: 3) }');

  connection.send(first);
  await new Promise(setImmediate);
  connection.send(second);

  await connection.untilReceived('{"data":{"long":"xxx"}}');
});

test('a client that hangs up within its body is forgotten', async () => {
  const [first] = inHalves('{ long(characters: 3) }');
  const { executed } = server.seen;
  const connection = await RawConnection.open(server.url);
  connection.send(first);
  connection.socket.resetAndDestroy();

  await connection.closed;

  await server.connections.drain(10_000); // it would wait for the connection
  expect(server.seen.executed).toBe(executed);
});
