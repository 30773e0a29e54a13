import { expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { hashOf } from '../../src/sessions/api-key.ts';
import {
  ApiKeysDocument,
  CreateApiKeyDocument,
  CreateSessionForDocument,
  NodeDocument,
  RevokeApiKeyDocument,
  RevokeSessionDocument,
  ViewerDocument,
} from '../generated/graphql.ts';
import { makeAdmin } from '../support/administrators.ts';
import { Backend } from '../support/backend.ts';
import { ask } from '../support/person.ts';
import { RawSocket } from '../support/socket.ts';
import { withServerLike } from '../support/with-server.ts';

// A connection does not learn by itself that rights have ended.
const { server, ada, grace } = await withServerLike({ logLevel: 'info', sessionCheckMs: 1_000_000 }, 'Ada', 'Grace');
await makeAdmin(server, ada);
const { prisma } = server.app.services;

async function createKey(name: string) {
  const { createApiKey } = await ada.ask(CreateApiKeyDocument, { input: { name } });
  return { key: createApiKey.key!, apiKey: createApiKey.apiKey! };
}

const revoke = async (apiKeyId: string) => (await ada.ask(RevokeApiKeyDocument, { input: { apiKeyId } })).revokeApiKey;

test('an administrator creates a key that acts as a bot with the rights of an administrator', async () => {
  const { key, apiKey } = await createKey('Shop');

  const { data } = await ask(server.url, '{ viewer { isAdmin user { id displayName kind } } }', {}, key);

  expect(key).toMatch(/^parley_[A-Za-z0-9_-]{43}$/);
  expect(apiKey).toMatchObject({ name: 'Shop', lastUsedAt: null, user: { displayName: 'Shop', kind: 'BOT' } });
  expect(data).toEqual({ viewer: { isAdmin: true, user: apiKey.user } });
});

test('only the hash of a key is stored', async () => {
  const { key, apiKey } = await createKey('Secret');

  const row = await prisma.apiKey.findUniqueOrThrow({ where: { id: innerId('ApiKey', apiKey.id) } });

  expect(Buffer.from(row.hash)).toEqual(hashOf(key));
  expect(Buffer.from(JSON.stringify(row)).includes(key)).toBe(false);
});

test('a key signs a WebSocket in', async () => {
  const { key } = await createKey('Live');

  const socket = await RawSocket.open(server.url, { token: key });

  expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
  socket.close();
});

test.each([
  ['of another server', `parley_${'A'.repeat(43)}`],
  ['cut short', 'parley_'],
])('a key %s is refused', async (_what, key) => {
  const { data, errors } = await ask(server.url, ViewerDocument, {}, key);

  expect([data, errors?.[0]?.extensions.code]).toEqual([undefined, 'UNAUTHENTICATED']);
});

test('the first use of a key is stored at once, later ones after a minute', async () => {
  const { key, apiKey } = await createKey('Used');
  const usedAt = async () =>
    (await prisma.apiKey.findUniqueOrThrow({ where: { id: innerId('ApiKey', apiKey.id) } })).lastUsedAt;

  await ask(server.url, ViewerDocument, {}, key);
  const first = await usedAt();
  await ask(server.url, ViewerDocument, {}, key);

  expect(first).toBeInstanceOf(Date);
  expect(await usedAt()).toEqual(first);
});

test('a revoked key is refused, and its connections and the sessions of its user are closed', async () => {
  const { key, apiKey } = await createKey('Leaked');
  const own = { input: { userId: apiKey.user.id } };
  const { createSessionFor } = (await ask(server.url, CreateSessionForDocument, own, key)).data;
  const sockets = [];
  for (const token of [key, createSessionFor.accessToken!]) sockets.push(await RawSocket.ready(server.url, token));

  expect(await revoke(apiKey.id)).toEqual({ revokedApiKeyId: apiKey.id, userErrors: [] });

  for (const socket of sockets) expect(await socket.next()).toMatchObject({ closed: 4403 });
  for (const token of [key, createSessionFor.accessToken!]) {
    const { errors } = await ask(server.url, ViewerDocument, {}, token);
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
});

test('a key is revoked twice without an error', async () => {
  const { apiKey } = await createKey('Twice');

  for (const _time of [1, 2]) expect(await revoke(apiKey.id)).toEqual({ revokedApiKeyId: apiKey.id, userErrors: [] });
});

test('a key is not renewed, as it does not expire', async () => {
  const { data } = await (await Backend.of(server, 'Lasting')).tryAsk(
    'mutation { renewSession { accessToken userErrors { code message } } }',
  );

  const userErrors = [{ code: 'FORBIDDEN', message: 'An API key does not expire, and cannot be renewed.' }];
  expect(data).toEqual({ renewSession: { accessToken: null, userErrors } });
});

test('a key cannot end itself, neither as a key nor as a session', async () => {
  const backend = await Backend.of(server, 'Itself');
  const { data } = await backend.tryAsk<{ viewer: { session: { id: string } } }, object>(
    '{ viewer { session { id } } }',
  );
  const sessionId = data.viewer.session.id;

  const { revokeApiKey } = await backend.ask(RevokeApiKeyDocument, { input: { apiKeyId: backend.keyId } });
  const { revokeSession } = await backend.ask(RevokeSessionDocument, { input: { sessionId } });

  expect(revokeApiKey.userErrors).toMatchObject([{ code: 'FORBIDDEN', path: ['input', 'apiKeyId'] }]);
  expect(revokeSession.userErrors).toMatchObject([{ code: 'FORBIDDEN', path: ['input', 'sessionId'] }]);
});

test('keys are listed in pages until they are revoked, and only for administrators', async () => {
  const [one, two] = [await createKey('Listed one'), await createKey('Listed two')];
  const listed = async () => {
    const { apiKeys } = await ada.ask(ApiKeysDocument, { first: 100 });
    return apiKeys.nodes.map(({ name }) => name).filter((name) => name.startsWith('Listed'));
  };
  const { apiKeys } = await ada.ask(ApiKeysDocument, { first: 1 });
  expect(apiKeys.pageInfo.hasNextPage).toBe(true);
  expect(await listed()).toEqual(['Listed one', 'Listed two']);

  await revoke(one.apiKey.id);

  expect(await listed()).toEqual(['Listed two']);
  expect((await ada.ask(NodeDocument, { id: two.apiKey.id })).node).toMatchObject({ id: two.apiKey.id });
  expect((await grace.ask(NodeDocument, { id: two.apiKey.id })).node).toBeNull();
});

test.each([
  ['createApiKey', `(input: { name: "Late" }) { apiKey { id } userErrors { code } }`],
  ['createSessionFor', `(input: { userId: "${grace.id}" }) { accessToken userErrors { code } }`],
  ['setAdmin', `(input: { userId: "${grace.id}", isAdmin: true }) { user { id } userErrors { code } }`],
  ['upsertUser', `(input: { externalId: "late", displayName: "Late" }) { user { id } userErrors { code } }`],
  ['reactivateUser', `(input: { userId: "${grace.id}" }) { user { id } userErrors { code } }`],
])('an open connection whose rights have ended without its knowledge is refused by %s', async (field, rest) => {
  const eve = await server.signIn('Eve');
  await makeAdmin(server, eve);
  const socket = await RawSocket.ready(server.url, eve.token);
  expect(await socket.ask('{ viewer { isAdmin } }')).toMatchObject({
    payload: { data: { viewer: { isAdmin: true } } },
  });
  await socket.next(); // complete

  await prisma.user.update({ where: { id: innerId('User', eve.id) }, data: { isAdmin: false } });
  const answer = await socket.ask(`mutation { ${field}${rest} }`);

  expect(answer).toMatchObject({ payload: { data: { [field]: { userErrors: [{ code: 'FORBIDDEN' }] } } } });
  expect(JSON.stringify(answer)).toMatch(/"(apiKey|accessToken|user)":null/);
  socket.close();
});

test('the log says who opened a session for a user', async () => {
  const backend = await Backend.of(server, 'Host');

  const { session } = await backend.signIn(grace.id);

  expect(server.logged.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      msg: 'a session was opened for a user',
      sessionId: innerId('Session', session!.id),
      userId: innerId('User', grace.id),
      openedBy: innerId('User', backend.userId),
    }),
  );
});
