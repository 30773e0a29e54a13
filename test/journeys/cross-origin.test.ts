import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from '../support/http.ts';
import { startServer, type TestServer } from '../support/server.ts';

const chat = 'https://chat.example';
const query = '{ server { version } }';
const signIn = 'mutation { createGuestSession(input: { displayName: "Mallory" }) { accessToken } }';

let open: TestServer;
let listed: TestServer;
beforeAll(async () => {
  open = await startServer();
  listed = await startServer({ databaseUrl: open.databaseUrl, corsOrigins: [chat, 'https://admin.example'] });
});
afterAll(async () => {
  await listed.close();
  await open.close();
});

const preflight = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
};

/** What a browser asks before it sends JSON for a page, and asks for the page then. */
async function answersTo(server: TestServer, origin: string) {
  const asked = await request(server.url, { method: 'OPTIONS', headers: { origin, ...preflight } });
  const answered = await request(server.url, { method: 'POST', headers: { origin }, body: { query } });
  return { asked, answered };
}

describe('a page may read answers', () => {
  test.each<[string, () => TestServer, string, string]>([
    ['of any origin by default', () => open, 'https://anybody.example', '*'],
    ['of a listed origin', () => listed, chat, chat],
  ])('%s', async (_which, server, origin, allowed) => {
    const { asked, answered } = await answersTo(server(), origin);

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

describe('an operation that a browser sends without asking first is not executed:', () => {
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
    const before = await open.app.services.prisma.user.count();

    const answer = await request(open.url, { method: 'POST', headers: { 'content-type': type }, body });

    expect(answer.status).toBe(415);
    expect(answer.body?.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST', retryable: false } }]);
    expect(await open.app.services.prisma.user.count()).toBe(before);
  });

  test.each([
    ['a link', ''],
    ['a link that names one of two', '&operationName=SignIn'],
  ])('%s', async (_what, name) => {
    const document = name ? `query Ask ${query} ${signIn.replace('mutation', 'mutation SignIn')}` : signIn;
    const { status } = await request(`${open.url}?query=${encodeURIComponent(document)}${name}`, {});

    expect(status).toBe(405);
  });
});

test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])('%s is JSON', async (type) => {
  const { body } = await request(open.url, { method: 'POST', headers: { 'content-type': type }, body: { query } });

  expect(body?.data).toBeDefined();
});
