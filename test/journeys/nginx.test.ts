import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RoomEventsDocument } from '../generated/graphql.ts';
import { findNginx, startNginx } from '../support/nginx.ts';
import { Person, take } from '../support/person.ts';
import { RawConnection } from '../support/raw-http.ts';
import { upgradeRequest } from '../support/raw-peer.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { postStream } from '../support/sse.ts';

const nginx = findNginx();
const describeWithNginx = nginx ? describe : describe.skip;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** What is open in one `describe`: an nginx, and Ada beyond it. */
function behind(configuration?: string) {
  const at = {} as { proxy: Awaited<ReturnType<typeof startNginx>>; ada: Person };
  beforeAll(async () => {
    at.proxy = await startNginx(nginx!, server.url, configuration);
    at.ada = await Person.signIn(at.proxy.url, 'Ada');
  });
  afterAll(async () => {
    await at.ada.close();
    await at.proxy.stop();
  });
  return at;
}

describeWithNginx('behind an nginx that was told nothing but where the server is,', () => {
  const at = behind();

  test('each of the Server-Sent Events arrives as it happens', async () => {
    const { ada } = at;
    const roomId = await makeGroup(ada, 'Behind nginx');
    const query = `subscription { messageAdded(roomId: "${roomId}") { message { text } } }`;
    const hangUp = new AbortController();
    const events = postStream(ada, { query }, { signal: hangUp.signal });
    const next = events.next();
    await server.untilFollowed(roomId);

    await say(ada, roomId, 'One');
    expect(JSON.parse((await next).value!.data)).toMatchObject({
      data: { messageAdded: { message: { text: 'One' } } },
    });
    await say(ada, roomId, 'Two');
    expect((await events.next()).value?.data).toContain('"Two"');

    hangUp.abort();
    await server.untilDeserted(roomId);
  });

  test('a WebSocket is refused with what the proxy must pass on', async () => {
    const peer = await RawConnection.open(at.proxy.url);

    peer.send(upgradeRequest('/graphql'));
    await peer.untilReceived('lacks its Upgrade or Connection header. Configure the proxy to pass on both');

    expect(peer.received).toMatch(/^HTTP\/1.1 426 /);
    peer.socket.destroy();
  });
});

describeWithNginx('behind an nginx with the configuration of docs/production.md,', () => {
  const [, configuration] = /^```nginx\n(.*?)^```/ms.exec(readFileSync('docs/production.md', 'utf8')) ?? [];
  const at = behind(configuration);

  test('a WebSocket opens, and tells what happens', async () => {
    const roomId = await makeGroup(at.ada, 'WebSockets behind nginx');
    const frames = at.ada.follow(RoomEventsDocument, { roomId });
    await take(frames, 1);

    await say(at.ada, roomId, 'Through');

    const [frame] = await take(frames, 1);
    expect(frame?.roomEvents.events).toMatchObject([{ message: { text: 'Through' } }]);
    await frames.return?.();
  });

  test('GraphiQL has all its files', async () => {
    const page = await fetch(at.proxy.url, { headers: { accept: 'text/html' } });
    const [script] = /[^"]+\/graphiql[^"]*\.js/.exec(await page.text()) ?? [];

    expect((await fetch(new URL(script!, at.proxy.url))).status).toBe(200);
  });
});
