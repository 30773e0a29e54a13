import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findNginx, startNginx } from '../support/nginx.ts';
import { Person } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { postStream } from '../support/sse.ts';

const nginx = findNginx();

let server: TestServer;
let proxy: Awaited<ReturnType<typeof startNginx>>;
let ada: Person;

(nginx ? describe : describe.skip)('behind an nginx that was told nothing but where the server is,', () => {
  beforeAll(async () => {
    server = await startServer();
    proxy = await startNginx(nginx!, server.url);
    ada = await Person.signIn(proxy.url, 'Ada');
  });
  afterAll(async () => {
    await proxy.stop();
    await server.close();
  });

  test('each of the Server-Sent Events arrives as it happens', async () => {
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
});
