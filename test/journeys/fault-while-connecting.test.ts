import { expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';

test('a stock client connects again after a fault of the server, and misses nothing', async () => {
  const server = await startServer({ expectsFaults: true });
  const { ada } = await people(server.url, 'Ada');
  const room = await makeGroup(ada, 'Faulty');
  const { data } = await ada.tryAsk<{ room: { syncCursor: string } }, object>(`{ room(id: "${room}") { syncCursor } }`);
  await say(ada, room, 'Meanwhile');
  const { ends } = server.app.services.sessions;
  ends.watch = () => {
    Reflect.deleteProperty(ends, 'watch');
    throw new Error('a planted fault');
  };
  const codes: unknown[] = [];
  const client = createClient({
    url: server.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { token: ada.token },
    retryWait: async () => {},
    on: { closed: (event) => codes.push((event as { code: number }).code) },
  });

  const query = `subscription { messageAdded(roomId: "${room}", after: "${data.room.syncCursor}") { message { text } } }`;
  const { value } = await client.iterate({ query }).next();

  expect(value).toEqual({ data: { messageAdded: { message: { text: 'Meanwhile' } } } });
  expect(codes).toEqual([1013]);
  expect(server.logged.join()).toContain('a planted fault');
  await client.dispose();
  await server.close();
});
