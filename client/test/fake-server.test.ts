import { afterEach, expect, test } from '@jest/globals';
import { createParley, type Parley } from 'parley-client';
import { FakeServer, type Script } from 'parley-client/testing';
import { WebSocket } from 'ws';

const open: { server: FakeServer; parley: Parley }[] = [];
afterEach(async () => {
  for (const { server, parley } of open.splice(0)) {
    parley.dispose();
    await server.close();
  }
});

/** What a client hears of one subscription, until it has heard so much. */
async function heard(count: number, ...scripts: Script[]): Promise<{ cursors: string[]; server: FakeServer }> {
  const server = await FakeServer.start(...scripts);
  const parley = createParley({ url: server.url, token: 'token', webSocket: WebSocket });
  open.push({ server, parley });
  const query = 'subscription($a: StreamCursor) { roomEvents(roomId: "r", after: $a) { cursor } }';
  const cursors: string[] = [];
  for await (const frame of parley.iterate<{ roomEvents: { cursor: string } }, object>(query, {})) {
    cursors.push(frame.roomEvents.cursor);
    if (cursors.length === count) break;
  }
  return { cursors, server };
}

/** Goes on with the number after the cursor. */
const goOn: Script = {
  subscribed: (connection, id, { payload }) => {
    connection.next(id, { roomEvents: { cursor: String(Number(payload?.variables?.a ?? 0) + 1) } });
  },
};

test.each<[string, Script]>([
  ['closes after its answer', { subscribed: (...all) => [goOn.subscribed?.(...all), all[0].close(1013)] }],
  ['is cut after its answer', { subscribed: (...all) => [goOn.subscribed?.(...all), all[0].cut()] }],
  ['sends half a frame', { subscribed: (...all) => [goOn.subscribed?.(...all), all[0].send('{"id":"1","ty')] }],
])('a subscription goes on with the next connection if the server %s', async (_what, script) => {
  const { cursors, server } = await heard(2, script, goOn);

  expect(cursors).toEqual(['1', '2']);
  expect(server.connections).toHaveLength(2);
});

test('a client connects until it is let in', async () => {
  const { cursors, server } = await heard(1, { closeWith: 1013 }, { closeWith: 4408 }, goOn);

  expect(cursors).toEqual(['1']);
  expect(server.connections).toHaveLength(3);
});

test('a mutation whose answer is lost is not repeated by itself', async () => {
  const server = await FakeServer.start({ subscribed: (connection) => connection.cut() });
  const parley = createParley({ url: server.url, token: 'token', webSocket: WebSocket });
  open.push({ server, parley });

  const sent = parley.iterate('mutation { sendMessage { message { id } } }', {})[Symbol.asyncIterator]().next();

  await expect(sent).rejects.toMatchObject({ code: 'NETWORK' });
});

test('two hundred clients that are created, used and disposed leave no socket or timer behind', async () => {
  const server = await FakeServer.start(goOn);
  const level = () => process.getActiveResourcesInfo().length;
  const before = level();

  for (let round = 0; round < 200; round += 1) {
    const parley = createParley({ url: server.url, token: 'token', webSocket: WebSocket });
    const query = 'subscription($a: StreamCursor) { roomEvents(roomId: "r", after: $a) { cursor } }';
    for await (const _ of parley.iterate(query, {})) break;
    parley.dispose();
  }
  while (level() > before) await new Promise((resolve) => setTimeout(resolve, 10));

  expect(server.connections).toHaveLength(200);
  await server.close();
});
