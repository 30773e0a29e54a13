import { expect, test } from '@jest/globals';
import { people } from '../support/person.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { makeGroup } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';

test('a server that stops answers what is under way on WebSockets, then closes them with 1001', async () => {
  const server = await startServer();
  const { ada } = await people(server.url, 'Ada');
  const room = await makeGroup(ada, 'Last');
  const peers = await Promise.all([1, 2, 3].map(() => RawPeer.open(server.url, { token: ada.token })));
  const live = `subscription { roomEvents(roomId: "${room}") { status } }`;
  const send = `mutation { sendMessage(input: { roomId: "${room}", text: "Bye" }) { message { text } } }`;

  const closing = await server.app.services.prisma.$transaction(
    async (db) => {
      await db.$executeRaw`LOCK TABLE "Message" IN EXCLUSIVE MODE`;
      for (const peer of peers) {
        peer.say({ id: 'live', type: 'subscribe', payload: { query: live } });
        await peer.nth(2);
        peer.sayAll([{ id: 'send', type: 'subscribe', payload: { query: send } }, { type: 'ping' }]);
        await peer.nth(3);
      }
      // Wrapped, as what is awaited here would be awaited before the lock is released.
      return { closed: server.close() };
    },
    { timeout: 15_000 },
  );

  for (const peer of peers) {
    expect(await peer.closeFrame()).toEqual({ code: 1001, reason: 'Going away' });
    const sent = peer.messages.filter(({ id }) => id === 'send');
    // Or that it could not be done in time: an answer it is.
    expect(sent).toMatchObject([{ payload: { data: { sendMessage: {} } } }, { type: 'complete' }]);
    peer.tcp.destroy();
  }
  await closing.closed;
});
