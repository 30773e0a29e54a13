import { afterEach, describe, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { innerId } from '../../src/base/ids.ts';
import { limits } from '../../src/base/limits.ts';
import { LeaveRoomDocument } from '../generated/graphql.ts';
import { edit, remove } from '../support/messages.ts';
import { startProxiedServer } from '../support/proxied-server.ts';
import { TcpProxy } from '../support/proxy.ts';
import { done, makeGroup, say } from '../support/rooms.ts';
import { storeMessages } from '../support/stored-messages.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';
import { followRoom, type Message } from './following.ts';
import { NodeWebSocket } from './node-web-socket.ts';
import { createLastingClient } from './resuming.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

const open: { proxy: TcpProxy; client: Client }[] = [];
afterEach(async () => {
  for (const { proxy, client } of open.splice(0)) {
    await client.dispose();
    await proxy.close();
  }
});

/** What a client shows of a room that it follows through a proxy, and how often it loaded the room. */
async function screenOf(roomId: string, { url: serverUrl, token } = { url: server.url, token: grace.token }) {
  const proxy = await TcpProxy.to(Number(new URL(serverUrl).port));
  const url = `ws://127.0.0.1:${proxy.port}/graphql`;
  const client = createLastingClient({
    url,
    webSocketImpl: NodeWebSocket,
    connectionParams: { token },
    keepAlive: 1000,
    lazyCloseTimeout: 0, // no timer may outlive the tests
  });
  open.push({ proxy, client });
  const messages = new Map<string, string | null>();
  const screen = { proxy, client, loads: 0, texts: () => [...messages.values()], ended: Promise.resolve() };
  const apply = ({ id, text }: Message) => void messages.set(id, text);
  const show = (loaded: Message[]) => {
    screen.loads += 1;
    messages.clear();
    loaded.forEach(apply);
  };
  screen.ended = followRoom(client, roomId, { show, apply });
  screen.ended.catch(() => {});
  return screen;
}

describe('a client that follows a room as docs/clients.md shows it', () => {
  test('shows what happened while its network was dead, without loading the room again', async () => {
    const roomId = await makeGroup(ada, 'Tunnel', [grace]);
    const { id } = await say(ada, roomId, 'Frist');
    const secret = await say(ada, roomId, 'Secret');
    const screen = await screenOf(roomId);
    await server.untilFollowed(roomId);
    let attempts = 0;
    screen.client.on('connecting', () => {
      attempts += 1;
    });

    screen.proxy.swallow();
    done(await edit(ada, id, 'First'));
    done(await remove(ada, secret.id));
    await say(ada, roomId, 'Second');
    await until(() => attempts === 2); // the first attempt to reconnect got no answer either
    screen.proxy.heal();
    await until(() => screen.texts().includes('Second'));

    expect(screen.texts().slice(-3)).toEqual(['First', null, 'Second']);
    expect(screen.loads).toBe(1);
  });

  test('loads the room again if it missed more than the server replays', async () => {
    const roomId = await makeGroup(ada, 'Sabbatical', [grace]);
    const screen = await screenOf(roomId);
    await server.untilFollowed(roomId);

    screen.proxy.swallow();
    await storeMessages(server, roomId, { author: ada, count: limits.replayMaxEvents + 1, text: 'Line' });
    await server.untilDeserted(roomId);
    await server.app.services.log.feeds.confirm(innerId('Room', roomId)); // nothing announced these messages
    screen.proxy.heal();
    await until(() => screen.loads === 2);
    await say(ada, roomId, 'The end');
    await until(() => screen.texts().includes('The end'));

    expect(screen.texts()).toHaveLength(51);
  });

  test('loads the room again if its cursor belongs to another history', async () => {
    const roomId = await makeGroup(ada, 'Restored', [grace]);
    const screen = await screenOf(roomId);
    await server.untilFollowed(roomId);

    const { prisma } = server.app.services;
    await prisma.roomHead.update({ where: { roomId: innerId('Room', roomId) }, data: { epoch: crypto.randomUUID() } });
    screen.proxy.cut();
    await until(() => screen.loads === 2);
    await say(ada, roomId, 'A new history');
    await until(() => screen.texts().includes('A new history'));

    expect(screen.loads).toBe(2);
  });

  test('waits and goes on while the database does not answer', async () => {
    const slow = await startProxiedServer({ databaseAnswerMs: 500 });
    const edsger = await slow.server.signIn('Edsger');
    const roomId = await makeGroup(edsger, 'Slow');
    const screen = await screenOf(roomId, edsger);
    await slow.server.untilFollowed(roomId);
    const codes: unknown[] = [];
    screen.client.on('message', (message) => {
      if (message.type === 'next') codes.push(message.payload.errors?.[0]?.extensions?.code);
    });
    const shown: string[] = [];

    slow.proxy.hold();
    const following = followRoom(screen.client, roomId, {
      show: (messages) => shown.push(...messages.map(({ text }) => text!)),
      apply: ({ text }) => shown.push(text!),
    });
    await until(() => codes.includes('RATE_LIMITED'));
    slow.proxy.release();
    await slow.server.untilFollowed(roomId, 2);
    await say(edsger, roomId, 'Back');
    await until(() => shown.includes('Back'));

    await screen.client.dispose();
    await following;
    await slow.close();
  });

  test('ends with the error if a retry would not help', async () => {
    const roomId = await makeGroup(ada, 'Private');

    const stranger = await screenOf(roomId);
    const refused = await screenOf(roomId, { url: server.url, token: 'no token' });

    await expect(stranger.ended).rejects.toThrow('The room does not exist, or the viewer has no access to it');
    await expect(refused.ended).rejects.toMatchObject({ code: 4403 });
  });

  test('ends with the access to the room', async () => {
    const roomId = await makeGroup(ada, 'Farewell', [grace]);
    const screen = await screenOf(roomId);
    await server.untilFollowed(roomId);

    await grace.ask(LeaveRoomDocument, { input: { roomId } });

    await expect(screen.ended).resolves.toBeUndefined();
  });
});
