import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { WebSocket } from 'ws';
import { RoomBySlugDocument, RoomEventsDocument, SendMessageDocument } from '../generated/graphql.ts';
import { findChromium, startChromium } from '../support/chromium.ts';
import { GraphiQL } from '../support/graphiql.ts';
import { post, request } from '../support/http.ts';
import { findNginx, startNginx } from '../support/nginx.ts';
import { Person, take } from '../support/person.ts';
import { RawConnection } from '../support/raw-http.ts';
import { upgradeRequest } from '../support/raw-peer.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { postStream } from '../support/sse.ts';
import { withServer } from '../support/with-server.ts';

const { server } = await withServer();

const nginx = findNginx();
const describeWithNginx = nginx ? describe : describe.skip;

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

  test('a WebSocket opens, and delivers events', async () => {
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

describeWithNginx('behind an nginx with the limits of docs/production.md,', () => {
  const [, configuration] = /^```nginx\n(.*?)^```/ms.exec(readFileSync('docs/production.md', 'utf8')) ?? [];
  const at = behind(configuration);

  test('one address can have 50 WebSockets open', async () => {
    const sockets = Array.from({ length: 50 }, () => new WebSocket(at.proxy.url, 'graphql-transport-ws'));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));

    const refused = new WebSocket(at.proxy.url, 'graphql-transport-ws');

    await expect(once(refused, 'open')).rejects.toThrow('Unexpected server response: 429');
    for (const socket of sockets) socket.terminate();
  });

  test('one address that asks faster than allowed gets 429', async () => {
    const statuses = new Set<number>();
    const askOften = async () => {
      for (let asked = 0; asked < 10; asked += 1) {
        statuses.add((await post(at.proxy.url, { query: '{ server { version } }' })).status);
      }
    };

    await Promise.all(Array.from({ length: 20 }, askOften));

    expect(statuses).toEqual(new Set([200, 429]));
  });
});

const chromium = findChromium();
// Takes the picture of README.md: PICTURE=docs/graphiql.png npm run jest -- deployment
const picture = process.env.PICTURE;

let browser: Browser;
let grace: Person;
let generalId: string;
let page: GraphiQL;

(chromium ? describe : describe.skip)('GraphiQL, with every way out of this machine closed,', () => {
  beforeAll(async () => {
    browser = await startChromium(chromium!);
    grace = await server.signIn('Grace');
    generalId = (await grace.ask(RoomBySlugDocument, { slug: 'general' })).roomBySlug!.id;
  });
  beforeEach(async () => {
    page = await GraphiQL.open(browser, server.url);
  });
  afterEach(async () => {
    expect(page.strayRequests).toEqual([]);
    expect(page.faults).toEqual([]);
    await page.close();
  });
  afterAll(async () => {
    await browser.close();
  });

  const say = (text: string) => grace.ask(SendMessageDocument, { input: { roomId: generalId, text } });

  test('takes a new user from signing in to receiving messages of others, with one id to copy', async () => {
    await page.run('SignIn');
    await page.untilShown('accessToken');
    await page.run('Rooms');
    await page.untilShown('"General"');
    await page.paste('Variables', JSON.stringify({ roomId: generalId }, null, 2));
    await page.untilWorking(2);
    await page.run('Listen');
    await server.untilFollowed(generalId);
    await say('Has anybody seen my cat?');
    await page.untilShown('Has anybody seen my cat?');
    await say('Never mind, she is in the box.');
    await page.untilShown('Never mind, she is in the box.');
    if (picture) await page.takePicture(picture, 10);

    await page.stop();
    await page.run('Send');
    await page.untilShown('"userErrors": []');
    await page.run('History');
    await page.untilShown('"Welcome to General, Ada!"');
  });

  test('signs in with the Authorization header that is typed, for queries and for subscriptions', async () => {
    await page.paste('Headers', JSON.stringify({ Authorization: `Bearer ${grace.token}` }));
    await page.paste('Query', '{ viewer { user { displayName } } }');
    await page.run();
    await page.untilShown('"Grace"');

    await page.paste('Query', `subscription { messageAdded(roomId: "${generalId}") { message { text } } }`);
    await page.run();
    await server.untilFollowed(generalId);
    await say('Can you hear me?');

    await page.untilShown('Can you hear me?');
    expect(page.socketTokens).toEqual([undefined]); // so it was the header that signed the subscription in
  });

  test('asks an anonymous reader to sign in', async () => {
    await page.run('Rooms');

    await page.untilShown('"UNAUTHENTICATED"');
  });
});

describe('a page of another origin', () => {
  const chat = 'https://chat.example';
  const query = '{ server { version } }';
  const signIn = 'mutation { createGuestSession(input: { displayName: "Mallory" }) { accessToken } }';

  let listed: TestServer;
  beforeAll(async () => {
    listed = await startServer({ databaseUrl: server.databaseUrl, corsOrigins: [chat, 'https://admin.example'] });
  });
  afterAll(() => listed.close());

  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };

  /** Sends the preflight request of a browser, and then the request of the page. */
  async function answersTo({ url }: TestServer, origin: string) {
    const asked = await request(url, { method: 'OPTIONS', headers: { origin, ...preflight } });
    const answered = await request(url, { method: 'POST', headers: { origin }, body: { query } });
    return { asked, answered };
  }

  describe('a page may read answers', () => {
    test.each<[string, () => TestServer, string, string]>([
      ['of any origin by default', () => server, 'https://anybody.example', '*'],
      ['of a listed origin', () => listed, chat, chat],
    ])('%s', async (_which, serverOf, origin, allowed) => {
      const { asked, answered } = await answersTo(serverOf(), origin);

      expect(asked.status).toBe(204);
      expect(Object.fromEntries(asked.headers)).toMatchObject({
        'access-control-allow-origin': allowed,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-max-age': '86400',
      });
      expect(answered.headers.get('access-control-allow-origin')).toBe(allowed);
      expect(answered.headers.get('vary')).toMatch(/\bOrigin\b/);
      expect(answered.body?.data).toBeDefined();
    });

    test('that refuse it', async () => {
      const { status, headers } = await request(listed.url, { method: 'POST', headers: { origin: chat }, body: '{' });

      expect(status).toBe(400);
      expect(headers.get('access-control-allow-origin')).toBe(chat);
    });
  });

  test.each(['https://evil.example', 'http://chat.example', 'https://chat.example.evil.example', 'null', ''])(
    'a page of the origin "%s", which is not in the list, may neither ask nor read',
    async (origin) => {
      const { asked, answered } = await answersTo(listed, origin);

      for (const { headers } of [asked, answered]) {
        expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(headers.get('vary')).toMatch(/\bOrigin\b/);
      }
    },
  );

  describe('an operation that a browser sends without a preflight request is not executed:', () => {
    const asJson = JSON.stringify({ query: signIn });
    const form = (name: string, value: string) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    test.each([
      ['a form', 'application/x-www-form-urlencoded', `query=${encodeURIComponent(signIn)}`],
      [
        'a form with files',
        'multipart/form-data; boundary=x',
        `${form('operations', asJson)}${form('map', '{}')}--x--\r\n`,
      ],
      ['a text', 'text/plain', asJson],
      ['a text that mentions JSON', 'text/plain; application/json', asJson],
      ['a list of types', 'text/plain, application/json', asJson],
      ['JSON among others', 'application/json, text/plain', asJson],
      ['the operation alone', 'application/graphql', signIn],
      ['no type', '', asJson],
    ])('%s', async (_what, type, body) => {
      const before = await server.app.services.prisma.user.count();

      const answer = await request(server.url, { method: 'POST', headers: { 'content-type': type }, body });

      expect(answer.status).toBe(415);
      expect(answer.body?.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST', retryable: false } }]);
      expect(await server.app.services.prisma.user.count()).toBe(before);
    });

    test.each([
      ['a link', ''],
      ['a link that names one of two', '&operationName=SignIn'],
    ])('%s', async (_what, name) => {
      const document = name ? `query Ask ${query} ${signIn.replace('mutation', 'mutation SignIn')}` : signIn;
      const { status } = await request(`${server.url}?query=${encodeURIComponent(document)}${name}`, {});

      expect(status).toBe(405);
    });
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])('%s is JSON', async (type) => {
    const { body } = await request(server.url, { method: 'POST', headers: { 'content-type': type }, body: { query } });

    expect(body?.data).toBeDefined();
  });
});
