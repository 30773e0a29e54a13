import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { globalId, innerId, newId } from '../../src/base/ids.ts';
import {
  CreateApiKeyDocument,
  CreateSessionForDocument,
  DeactivateUserDocument,
  ReactivateUserDocument,
  RevokeApiKeyDocument,
  RevokeSessionDocument,
  SetAdminDocument,
  UpsertUserDocument,
  UserByExternalIdDocument,
  UsersDocument,
  type UsersQuery,
  ViewerDocument,
} from '../generated/graphql.ts';
import { makeAdmin } from '../support/administrators.ts';
import { Backend } from '../support/backend.ts';
import { hostToken } from '../support/host-token.ts';
import { ask, type Person, take } from '../support/person.ts';
import { join, leave, makeChannel, makeGroup, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');
const backend = await Backend.of(server);
const missingUser = globalId('User', newId());

describe('upsertUser', () => {
  test('creates a user once, and updates what has changed', async () => {
    const { user } = await backend.upsert('crm-1', 'Mary Shelley');
    const input = { externalId: 'crm-1', displayName: 'Mary', avatarUrl: 'https://example.com/mary.png' };

    const { upsertUser } = await backend.ask(UpsertUserDocument, { input });

    expect(user).toMatchObject({ username: expect.stringMatching(/^mary-shelley-/), kind: 'HUMAN', avatarUrl: null });
    expect(upsertUser).toEqual({
      user: { ...user, displayName: 'Mary', avatarUrl: 'https://example.com/mary.png' },
      userErrors: [],
    });
  });

  test.each([
    ['with a derived username', undefined],
    ['with a given username', 'many-at-once'],
  ])('makes one user of many calls at once, %s', async (what, username) => {
    const calls = Array.from({ length: 20 }, () => backend.upsert(what, 'Lovelace', username));

    const ids = (await Promise.all(calls)).map(({ user }) => user?.id);

    expect(new Set(ids)).toEqual(new Set([expect.any(String)]));
  });

  test('refuses the username of another user', async () => {
    await backend.upsert('taken-1', 'One', 'taken');

    const { user, userErrors } = await backend.upsert('taken-2', 'Two', 'TAKEN');

    expect(user).toBeNull();
    expect(userErrors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'username'] }]);
  });

  test('keeps the username of a known user', async () => {
    await backend.upsert('kept', 'Kept', 'first-name');

    expect((await backend.upsert('kept', 'Kept', 'second-name')).user?.username).toBe('first-name');
  });

  test.each(['ивана', 'josé', '花子'])(
    'takes the username %s, after which the list of users goes on',
    async (username) => {
      await backend.upsert(username, 'Anybody', username);
      await backend.upsert(`after ${username}`, 'Anybody', `${username}2`);
      const names = [];
      let after: string | null = null;
      do {
        const { users }: UsersQuery = await ada.ask(UsersDocument, { first: 3, after });
        names.push(...users.edges.map(({ node }) => node.username));
        after = users.pageInfo.hasNextPage ? users.pageInfo.endCursor : null;
      } while (after);

      expect(names).toEqual(expect.arrayContaining([username, `${username}2`]));
      expect(new Set(names).size).toBe(names.length);
    },
  );

  test.each([
    ['username', { username: 'No spaces' }],
    ['externalId', { externalId: ' ' }],
    ['displayName', { displayName: '' }],
    ['avatarUrl', { avatarUrl: 'javascript:alert(1)' }],
  ])('refuses an invalid %s', async (field, wrong) => {
    const input = { externalId: 'wrong', displayName: 'Wrong', ...wrong };

    const { upsertUser } = await backend.ask(UpsertUserDocument, { input });

    expect(upsertUser.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', field] }]);
  });
});

test('userByExternalId finds a user of the host, and nobody else', async () => {
  const { user } = await backend.upsert('found', 'Found');
  const find = async (externalId: string) =>
    (await backend.ask(UserByExternalIdDocument, { externalId })).userByExternalId;

  expect([await find('found'), await find('missing'), await find('\0')]).toEqual([{ id: user!.id }, null, null]);
});

describe('createSessionFor', () => {
  test('signs a user in', async () => {
    const { user } = await backend.upsert('signed-in', 'Signed In');
    const before = Date.now();

    const { session, accessToken } = await backend.signIn(user!.id, { deviceId: 'phone', language: 'de' });
    const { data } = await ask(server.url, ViewerDocument, {}, accessToken!);

    expect(data.viewer?.user.id).toBe(user!.id);
    expect(session).toMatchObject({ deviceId: 'phone', language: 'de' });
    expect(Date.parse(session!.expiresAt!) - before).toBeGreaterThanOrEqual(3_600_000);
  });

  test('keeps the session of a device, also at the same moment, and never shortens it', async () => {
    const { user } = await backend.upsert('device', 'Device');
    const signIn = (lifetimeSeconds: number) => backend.signIn(user!.id, { deviceId: 'tablet', lifetimeSeconds });

    const sessions = await Promise.all([3600, 7200, 60, 600].map(signIn));
    const { session } = await signIn(60);

    expect(new Set(sessions.map((one) => one.session?.id))).toEqual(new Set([session?.id]));
    expect(session?.expiresAt).toBe(sessions[1]?.session?.expiresAt);
  });

  test('gives a device that was signed out another session', async () => {
    const { user } = await backend.upsert('again', 'Again');
    const first = await backend.signIn(user!.id, { deviceId: 'laptop' });
    const input = { sessionId: first.session!.id };
    await ask(server.url, RevokeSessionDocument, { input }, first.accessToken!);

    const second = await backend.signIn(user!.id, { deviceId: 'laptop' });

    expect(second.session?.id).not.toBe(first.session?.id);
    expect((await ask(server.url, ViewerDocument, {}, second.accessToken!)).data.viewer).not.toBeNull();
    const { errors } = await ask(server.url, ViewerDocument, {}, first.accessToken!);
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('refuses a 101st session of a user, and renews those that devices have', async () => {
    const { user } = await backend.upsert('crowd', 'Crowd');
    const { session } = await backend.signIn(user!.id, { deviceId: 'phone' });
    const userId = innerId('User', user!.id);
    await server.app.services.prisma.session.createMany({ data: Array.from({ length: 98 }, () => ({ userId })) });

    const answers = await Promise.all([1, 2, 3].map(() => backend.signIn(user!.id)));

    expect(answers.filter((one) => one.session)).toHaveLength(1);
    const refused = answers.find((one) => !one.session);
    expect(refused?.userErrors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'userId'] }]);
    expect((await backend.signIn(user!.id, { deviceId: 'phone' })).session?.id).toBe(session!.id);
  });

  test.each([0, 59, 2_592_001, -1])('refuses a lifetime of %s seconds', async (lifetimeSeconds) => {
    const { userErrors } = await backend.signIn(ada.id, { lifetimeSeconds });

    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'lifetimeSeconds'] }]);
  });
});

describe('deactivateUser', () => {
  test('ends every session, refuses later ones, and keeps messages', async () => {
    const { eve } = await server.people('Eve');
    const roomId = await makeGroup(ada, 'Complaints', [eve]);
    await say(eve, roomId, 'I was here');
    const { accessToken } = await backend.signIn(eve.id, { deviceId: 'second' });
    const sockets = [];
    for (const token of [eve.token, accessToken!]) sockets.push(await RawSocket.ready(server.url, token));

    const { deactivateUser } = await backend.ask(DeactivateUserDocument, { input: { userId: eve.id } });

    expect(deactivateUser).toEqual({ user: { id: eve.id }, userErrors: [] });
    for (const socket of sockets) expect(await socket.next()).toMatchObject({ closed: 4403 });
    expect((await backend.signIn(eve.id)).userErrors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'userId'] }]);
    const { data } = await ada.tryAsk(`{ room(id: "${roomId}") { memberCount latestMessage { author { id } } } }`);
    expect(data).toEqual({ room: { memberCount: 2, latestMessage: { author: { id: eve.id } } } });
  });

  test('tells the user, whatever token they have, that they are deactivated', async () => {
    const { eve } = await server.people('Eve');
    const token = await hostToken({ sub: 'deactivated', jti: 'known' });
    const { data } = await ask<{ viewer: { user: { id: string } } }, object>(
      server.url,
      '{ viewer { user { id } } }',
      {},
      token,
    );
    for (const userId of [eve.id, data.viewer.user.id])
      await backend.ask(DeactivateUserDocument, { input: { userId } });

    const answers = [eve.token, token, await hostToken({ sub: 'deactivated', jti: 'new' })].map((one) =>
      ask(server.url, ViewerDocument, {}, one),
    );

    const message = 'The account is deactivated. Only an administrator of this server can reactivate it.';
    const error = { message, extensions: { code: 'UNAUTHENTICATED', retryable: false, reason: 'DEACTIVATED' } };
    for (const answer of answers) expect((await answer).errors).toEqual([error]);
  });

  test('is refused for oneself, and for a missing user', async () => {
    const deactivate = async (userId: string) =>
      (await backend.ask(DeactivateUserDocument, { input: { userId } })).deactivateUser.userErrors;

    expect(await deactivate(backend.userId)).toMatchObject([{ code: 'FORBIDDEN', path: ['input', 'userId'] }]);
    expect(await deactivate(missingUser)).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'userId'] }]);
  });
});

describe('reactivateUser', () => {
  const reactivate = async (userId: string) =>
    (await backend.ask(ReactivateUserDocument, { input: { userId } })).reactivateUser;

  test('lets the user sign in again, on a new session and without earlier rights', async () => {
    const { eve } = await server.people('Eve');
    await makeAdmin(server, eve);
    const first = await backend.signIn(eve.id, { deviceId: 'phone' });
    await backend.ask(DeactivateUserDocument, { input: { userId: eve.id } });

    for (const _time of [1, 2])
      expect(await reactivate(eve.id)).toEqual({ user: { id: eve.id, deactivatedAt: null }, userErrors: [] });

    const { session, accessToken } = await backend.signIn(eve.id, { deviceId: 'phone' });
    expect(session?.id).not.toBe(first.session?.id);
    expect((await ask(server.url, '{ viewer { isAdmin } }', {}, accessToken!)).data).toEqual({
      viewer: { isAdmin: false },
    });
    expect((await eve.tryAsk(ViewerDocument)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('is refused for a missing user', async () => {
    expect((await reactivate(missingUser)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'userId'] },
    ]);
  });
});

test('only administrators see the external id of a user, and whether the user is deactivated', async () => {
  const id = (await backend.upsert('hidden-1', 'Hidden')).user!.id;
  await backend.ask(DeactivateUserDocument, { input: { userId: id } });
  const query = `{ user(id: "${id}") { externalId deactivatedAt } }`;

  expect((await backend.tryAsk(query)).data).toEqual({
    user: { externalId: 'hidden-1', deactivatedAt: expect.stringMatching(/Z$/) },
  });
  expect((await grace.tryAsk(query)).data).toEqual({ user: { externalId: null, deactivatedAt: null } });
});

describe('setAdmin', () => {
  const setAdmin = async (userId: string, isAdmin: boolean) =>
    (await backend.ask(SetAdminDocument, { input: { userId, isAdmin } })).setAdmin;

  test('reaches a connection that is open', async () => {
    const { joan } = await server.people('Joan');
    const isAdmin = async () => {
      const [result] = await take(
        joan.follow<{ viewer: { isAdmin: boolean } }, object>(parse('{ viewer { isAdmin } }'), {}),
        1,
      );
      return result!.viewer.isAdmin;
    };
    expect(await isAdmin()).toBe(false);

    for (const wanted of [true, false]) {
      expect(await setAdmin(joan.id, wanted)).toEqual({ user: { id: joan.id }, userErrors: [] });
      expect(await isAdmin()).toBe(wanted);
    }
  });

  test('takes what administrators see from a subscription, also if another connection had the same one first', async () => {
    const { joan, owner } = await server.people('Joan', 'Owner');
    await makeAdmin(server, joan);
    const roomId = await makeChannel(owner, 'Admins');
    const { user } = await backend.upsert('secret-1', 'Joe');
    const joe = joan.withToken((await backend.signIn(user!.id)).accessToken!);
    const query = `subscription { roomEvents(roomId: "${roomId}") { events {
      ... on MembershipChangedEvent { membership { user { externalId } } }
    } } }`;
    const seen = async () => JSON.stringify(await second.next()).match(/"externalId":("[^"]*"|null)/)?.[1];
    const [first, second] = [
      await RawSocket.ready(server.url, joan.token),
      await RawSocket.ready(server.url, joan.token),
    ];
    for (const [index, socket] of [first, second].entries()) {
      await socket.ask(query);
      await until(() => server.app.audiences.members === index + 1);
    }
    await join(joe, roomId);
    expect(await seen()).toBe('"secret-1"'); // else this proves nothing

    first.close();
    await until(() => server.app.audiences.members === 1);
    await setAdmin(joan.id, false);
    await leave(joe, roomId);

    expect(await seen()).toBe('null');
    second.close();
  });

  test.each([
    [
      'two end the rights of',
      async (one: Person, userId: string) =>
        (await one.ask(SetAdminDocument, { input: { userId, isAdmin: false } })).setAdmin,
    ],
    [
      'two deactivate',
      async (one: Person, userId: string) =>
        (await one.ask(DeactivateUserDocument, { input: { userId } })).deactivateUser,
    ],
  ])('leaves an administrator if %s each other at once', async (_what, end) => {
    for (let round = 0; round < 3; round += 1) {
      const [one, two] = [await server.signIn('One'), await server.signIn('Two')];
      await makeAdmin(server, one, two);

      const answers = await Promise.allSettled([end(one, two.id), end(two, one.id)]);

      // Who is deactivated first may be refused as a user who is signed out.
      const isDone = answers.map((answer) => answer.status === 'fulfilled' && answer.value.userErrors.length === 0);
      expect(isDone.filter(Boolean)).toHaveLength(1);
    }
  });

  test('is refused to oneself, and for a user who is deactivated or missing', async () => {
    const { nobody } = await server.people('Nobody');
    await backend.ask(DeactivateUserDocument, { input: { userId: nobody.id } });

    expect((await setAdmin(backend.userId, false)).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect((await setAdmin(nobody.id, true)).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await setAdmin(missingUser, true)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

describe('a user who is no administrator', () => {
  const input = { userId: ada.id };

  test.each([
    ['upsertUser', () => grace.ask(UpsertUserDocument, { input: { externalId: 'x', displayName: 'X' } })],
    ['createSessionFor', () => grace.ask(CreateSessionForDocument, { input })],
    ['deactivateUser', () => grace.ask(DeactivateUserDocument, { input })],
    ['reactivateUser', () => grace.ask(ReactivateUserDocument, { input })],
    ['setAdmin', () => grace.ask(SetAdminDocument, { input: { userId: grace.id, isAdmin: true } })],
    ['createApiKey', () => grace.ask(CreateApiKeyDocument, { input: { name: 'Mine' } })],
    ['revokeApiKey', () => grace.ask(RevokeApiKeyDocument, { input: { apiKeyId: backend.keyId } })],
  ])('is refused by %s', async (_name, send) => {
    const [payload] = Object.values(await send());

    expect(payload).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
  });

  test.each(['apiKeys { nodes { id } }', 'userByExternalId(externalId: "crm-1") { id }'])(
    'is refused by %s',
    async (query) => {
      const { errors } = await grace.tryAsk(`{ ${query} }`);

      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    },
  );
});

test('an administrator may do what a key may', async () => {
  const { root } = await server.people('Root');
  await makeAdmin(server, root);

  const { upsertUser } = await root.ask(UpsertUserDocument, { input: { externalId: 'root-1', displayName: 'One' } });

  expect(upsertUser.userErrors).toEqual([]);
});
