import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MessageAddedDocument } from '../generated/graphql.ts';
import { post } from '../support/http.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { listen } from '../support/sse.ts';

/** All that a caller may learn of a fault. */
const internal = {
  message: 'The server has a fault and has logged it. Try again later.',
  extensions: { code: 'INTERNAL', retryable: true },
};
const telling = /Membership|SELECT|prisma|relation|does not exist|\.ts\b|node_modules|stack/;

let server: TestServer;
let ada: Person;
let roomId: string;
beforeAll(async () => {
  server = await startServer({ expectsFaults: true });
  ({ ada } = await people(server.url, 'Ada'));
  roomId = await makeGroup(ada, 'Doomed');
  await server.app.services.prisma.$executeRaw`ALTER TABLE "Membership" RENAME TO "Elsewhere"`;
});
afterAll(() => server.close());

const operations = {
  query: () => `query { viewer { language memberships { nodes { id } } } }`,
  mutation: () =>
    `mutation { sendMessage(input: { roomId: "${roomId}", text: "Hi" }) { message { id } userErrors { code } } }`,
  subscription: () => `subscription { messageAdded(roomId: "${roomId}") { eventNumber } }`,
};

describe.each(Object.entries(operations))('a fault in a %s', (_kind, operation) => {
  test('over HTTP shows nothing of its cause, which is in the log', async () => {
    server.logged.length = 0;

    const { status, body } = await post(server.url, { query: operation() }, { authorization: `Bearer ${ada.token}` });

    expect(status).toBe(200);
    expect(body?.errors).toMatchObject([internal]);
    expect(JSON.stringify(body)).not.toMatch(telling);
    expect(server.logged.join()).toMatch(/Membership.*stack|stack.*Membership/s);
  });

  test('over WebSocket likewise, and the connection goes on', async () => {
    const socket = await RawSocket.ready(server.url, ada.token);

    const frame = await socket.ask(operation());
    const text = JSON.stringify(frame);

    expect(text).toContain(JSON.stringify(internal.extensions));
    expect(text).not.toMatch(telling);
    if ('type' in frame && frame.type === 'next') await socket.next(); // complete
    expect(await socket.ask('{ server { version } }', {}, '2')).toMatchObject({ payload: { data: { server: {} } } });
    socket.close();
  });
});

test('a fault in a subscription over SSE is its last result', async () => {
  const results = listen(ada, MessageAddedDocument, { roomId });

  const { value } = await results.next();

  expect(value).toMatchObject({ errors: [internal] });
  expect(await results.next()).toMatchObject({ done: true });
});

test('while the database is away the server answers, if not much', async () => {
  const { prisma } = server.app.services;
  await prisma.$executeRaw`ALTER TABLE "Session" RENAME TO "Gone"`;

  const { status, body } = await post(
    server.url,
    { query: '{ viewer { language } }' },
    { authorization: `Bearer ${ada.token}` },
  );

  expect(body).toMatchObject({ errors: [internal] });
  expect(JSON.stringify(body)).not.toMatch(telling);
  expect(status).toBeLessThan(600);
  expect((await post(server.url, { query: '{ server { version } }' })).status).toBe(200);
});
