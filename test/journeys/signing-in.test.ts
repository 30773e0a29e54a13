import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { globalId, innerId, newId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import { tokensSignedWith } from '../../src/sessions/tokens.ts';
import {
  MessageAddedDocument,
  RevokeSessionDocument,
  ServerDocument,
  SignInDocument,
  UpdateProfileDocument,
  ViewerDocument,
} from '../generated/graphql.ts';
import { freshDatabase } from '../support/database.ts';
import { post } from '../support/http.ts';
import { minimalOperation } from '../support/minimal-operation.ts';
import { ask, type Person, take } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { jwtSecret, startServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

const unauthenticated = { errors: [{ extensions: { code: 'UNAUTHENTICATED', retryable: false } }] };

describe('a guest', () => {
  test('has the name, device and language of their sign-in', async () => {
    const hedy = await server.signIn('Hedy', { deviceId: 'phone', language: 'pt-br' });

    const { viewer } = await hedy.ask(ViewerDocument);

    expect(viewer).toMatchObject({
      language: 'pt-BR',
      user: { displayName: 'Hedy', id: hedy.id },
      session: { id: hedy.sessionId, isCurrent: true },
      sessions: [{ deviceId: 'phone', language: 'pt-BR', isCurrent: true }],
      memberships: { nodes: [], totalCount: { value: 0, isCapped: false } },
    });
  });

  test('is stored by one statement', async () => {
    const before = server.statements.length;

    await server.signIn('Hedy');

    const written = server.statements.slice(before).filter((text) => /"(User|Session)"/.test(text));
    expect(written).toEqual([expect.stringContaining('INSERT INTO "Session"')]);
  });

  test('gets another username if the first one is taken', async () => {
    const { prisma } = server.app.services;
    await prisma.$executeRaw`CREATE SEQUENCE sign_ins`;
    // A sequence keeps its number when the statement fails.
    await prisma.$executeRaw`CREATE FUNCTION refuse_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('sign_ins') = 1 THEN RAISE unique_violation; END IF; RETURN NEW; END $$`;
    await prisma.$executeRaw`CREATE TRIGGER refuse_first BEFORE INSERT ON "User"
      FOR EACH ROW EXECUTE FUNCTION refuse_first()`;

    const hedy = await server.signIn('Hedy');

    await prisma.$executeRaw`DROP FUNCTION refuse_first CASCADE`;
    expect((await hedy.ask(ViewerDocument)).viewer?.user.displayName).toBe('Hedy');
  });

  test.each([
    ['no name', { displayName: ' ' }, ['displayName']],
    ['a name of 81 characters', { displayName: 'x'.repeat(81) }, ['displayName']],
    ['a device of 129 characters', { displayName: 'Eve', deviceId: 'x'.repeat(129) }, ['deviceId']],
  ])('with %s is refused', async (_what, input, path) => {
    const { data } = await ask(server.url, SignInDocument, { input });

    expect(data.createGuestSession).toMatchObject({ accessToken: null, user: null, session: null });
    expect(data.createGuestSession.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', ...path] }]);
  });

  test('is refused with an invalid language', async () => {
    const { errors } = await ask(server.url, SignInDocument, { input: { displayName: 'Eve', language: 'klingon!' } });

    expect(errors?.[0]?.message).toContain('BCP 47');
  });

  test('is refused by a server that allows no guests', async () => {
    const closed = await startServer({ guestsAllowed: false });

    const { data } = await ask(closed.url, SignInDocument, { input: { displayName: 'Eve' } });
    const { data: about } = await ask(closed.url, ServerDocument);

    expect(data.createGuestSession).toMatchObject({
      accessToken: null,
      userErrors: [{ code: 'FORBIDDEN', path: null }],
    });
    expect(about.server.capabilities).not.toContain('GUESTS');
    await closed.close();
  });
});

describe('the language of an answer', () => {
  const language = async (token: string | null, accepted?: string) => {
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(accepted && { 'accept-language': accepted }),
    };
    const { body } = await post(server.url, { query: '{ viewer { language } }' }, headers);
    return (body!.data as { viewer: { language: string } }).viewer.language;
  };

  test('is that of the device, of the user, of the browser or English, in this order', async () => {
    const { pilar } = await server.people('Pilar');
    const withDevice = await server.signIn('Paulo', { language: 'pt' });
    await withDevice.ask(UpdateProfileDocument, { input: { language: 'ja' } });

    expect(await language(withDevice.token, 'fr')).toBe('pt');
    expect(await language(pilar.token)).toBe('en');
    expect(await language(pilar.token, 'xx, fr-CA;q=0.9')).toBe('xx');
    await pilar.ask(UpdateProfileDocument, { input: { language: 'es' } });
    expect(await language(pilar.token, 'fr')).toBe('es');
    await pilar.ask(UpdateProfileDocument, { input: { language: null } });
    expect(await language(pilar.token, 'fr')).toBe('fr');
  });

  test('is the one of connection_init on a WebSocket', async () => {
    const socket = await RawSocket.open(server.url, { token: ada.token, language: 'es-AR' });
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });

    expect(await socket.ask('{ viewer { language } }')).toMatchObject({
      payload: { data: { viewer: { language: 'es-AR' } } },
    });

    socket.close();
  });
});

describe('connection_ack', () => {
  const dateTime = /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/;

  test('says who is signed in, until when, and the time of the server', async () => {
    const socket = await RawSocket.open(server.url, { token: ada.token });

    expect(await socket.next()).toEqual({
      type: 'connection_ack',
      payload: {
        serverTime: expect.stringMatching(dateTime),
        userId: ada.id,
        sessionId: ada.sessionId,
        expiresAt: expect.stringMatching(dateTime),
        reconnectWithinMs: 2000,
      },
    });

    socket.close();
  });

  test('names no one on an anonymous connection', async () => {
    const socket = await RawSocket.open(server.url, {});

    expect(await socket.next()).toMatchObject({ payload: { userId: null, sessionId: null, expiresAt: null } });

    socket.close();
  });
});

describe('an anonymous user', () => {
  const allowed = { query: ['server', 'viewer'], mutation: ['createGuestSession'], subscription: [] as string[] };
  const types = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  const closed = (['query', 'mutation', 'subscription'] as const).flatMap((kind) =>
    Object.values(types[kind]?.getFields() ?? {})
      .filter(({ name }) => !allowed[kind].includes(name))
      .map((field) => [`${kind} ${field.name}`, minimalOperation(kind, field)] as const),
  );

  test('may query the server, the viewer and the schema', async () => {
    expect(await ask(server.url, '{ server { version } viewer { language } }')).toMatchObject({
      data: { viewer: null },
    });
    expect(await ask(server.url, getIntrospectionQuery())).toMatchObject({ data: { __schema: {} } });
    expect(closed.length).toBeGreaterThan(15);
  });

  test.each(closed)('may not use %s', async (_name, operation) => {
    const socket = await RawSocket.ready(server.url);
    const { body } = await post(server.url, { query: operation });
    const frame = await socket.ask(operation);
    socket.close();

    expect(body).toMatchObject(unauthenticated);
    expect(frame).toMatchObject(
      frame && 'payload' in frame && Array.isArray(frame.payload)
        ? { payload: unauthenticated.errors }
        : { payload: unauthenticated },
    );
  });
});

test('a session is kept over a restart without a secret in the configuration', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-signing-in-'));
  const database = await freshDatabase();
  const options = { dataDir, databaseUrl: database.url, jwtSecret: null };
  const before = await startServer(options);
  const { token } = await before.signIn('Ada');
  await before.close();

  const after = await startServer(options);

  expect(await ask(after.url, ViewerDocument, {}, token)).toMatchObject({
    data: { viewer: { user: { displayName: 'Ada' } } },
  });
  await after.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

describe('a device', () => {
  /** Returns the deviceId of Ada's session after a connection with this `deviceId`. */
  async function deviceAfter(deviceId: unknown): Promise<string | null | undefined> {
    const socket = await RawSocket.open(server.url, { token: ada.token, deviceId });
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    socket.close();
    return (await ada.ask(ViewerDocument)).viewer?.sessions[0]?.deviceId;
  }

  test('has the deviceId of its last connection', async () => {
    expect(await deviceAfter('phone')).toBe('phone');
    expect(await deviceAfter(undefined)).toBe('phone');
    expect(await deviceAfter('tablet')).toBe('tablet');
  });

  test.each([
    ['too long', 'x'.repeat(129)],
    ['no text', 42],
    ['with a NUL', 'a\0b'],
  ])('keeps its deviceId on a connection with one that is %s', async (_what, deviceId) => {
    await deviceAfter('laptop');

    expect(await deviceAfter(deviceId)).toBe('laptop');
  });
});

test('a viewer is an administrator as soon as the database says so', async () => {
  const { barbara } = await server.people('Barbara');
  const isAdmin = async () => (await barbara.tryAsk('{ viewer { isAdmin } }')).data;
  expect(await isAdmin()).toEqual({ viewer: { isAdmin: false } });

  const { user } = server.app.services.prisma;
  await user.update({ where: { id: innerId('User', barbara.id) }, data: { isAdmin: true } });

  expect(await isAdmin()).toEqual({ viewer: { isAdmin: true } });
});

describe('an invalid token', () => {
  const signedHere = (claims: object) =>
    tokensSignedWith(jwtSecret).sign({
      userId: innerId('User', ada.id),
      sessionId: innerId('Session', ada.sessionId),
      expiresAt: new Date(Date.now() + 60_000),
      ...claims,
    });

  test('is unlike a valid one', async () => {
    expect(await ask(server.url, ViewerDocument, {}, signedHere({}))).toMatchObject({
      data: { viewer: { user: { displayName: 'Ada' } } },
    });
  });

  test.each<[string, () => string | Promise<string>]>([
    ['of noise', () => 'noise'],
    [
      'of another server',
      () =>
        tokensSignedWith('x'.repeat(32)).sign({
          userId: newId(),
          sessionId: newId(),
          expiresAt: new Date('2100-01-01'),
        }),
    ],
    ['that has expired', () => signedHere({ expiresAt: new Date(Date.now() - 1000) })],
    ['of a missing session', () => signedHere({ sessionId: newId() })],
    ["of another user's session", () => signedHere({ sessionId: innerId('Session', grace.sessionId) })],
    ['of a revoked session', () => revoked()],
    ['of a deactivated user', () => deactivated()],
  ])('%s is refused over HTTP and over WebSocket', async (_what, make) => {
    const token = await make();

    const { status, body } = await post(
      server.url,
      { query: '{ server { version } }' },
      { authorization: `Bearer ${token}` },
    );
    const socket = await RawSocket.open(server.url, { token });

    expect({ status, body }).toMatchObject({ status: 200, body: unauthenticated });
    expect(await socket.next()).toEqual({ closed: 4403, reason: 'Forbidden' });
  });

  async function revoked(): Promise<string> {
    const { eve } = await server.people('Eve');
    await eve.ask(RevokeSessionDocument, { input: { sessionId: eve.sessionId } });
    return eve.token;
  }

  async function deactivated(): Promise<string> {
    const { hedda } = await server.people('Hedda');
    const { user } = server.app.services.prisma;
    await user.update({ where: { id: innerId('User', hedda.id) }, data: { deactivatedAt: new Date() } });
    return hedda.token;
  }
});

describe('signing out', () => {
  /** Another device of a user. */
  async function secondDevice(
    person: Person,
    expiresAt = new Date(Date.now() + 60_000),
  ): Promise<{ sessionId: string; token: string }> {
    const { prisma, sessions } = server.app.services;
    const userId = innerId('User', person.id);
    const { id } = await prisma.session.create({ data: { userId, deviceId: 'second', expiresAt } });
    const token = sessions.signToken({ userId, sessionId: id, expiresAt: new Date(Date.now() + 60_000) });
    return { sessionId: globalId('Session', id), token };
  }

  test('ends the subscriptions of that session and of no other', async () => {
    const { radia } = await server.people('Radia');
    const other = await secondDevice(radia);
    const roomId = await makeGroup(radia, 'Routers');
    const ending = await RawSocket.ready(server.url, other.token);
    ending.follow(roomId);
    const staying = take(radia.follow(MessageAddedDocument, { roomId }), 1);
    await server.untilFollowed(roomId, 2);

    const { revokeSession } = await radia.ask(RevokeSessionDocument, { input: { sessionId: other.sessionId } });
    await say(radia, roomId, 'Still here');

    expect(revokeSession).toEqual({ revokedSessionId: other.sessionId, userErrors: [] });
    expect(await lastFrame(ending)).toMatchObject({ closed: 4403 });
    expect((await staying)[0]?.messageAdded.message.text).toBe('Still here');
  });

  /** Returns how a socket is closed; only a Complete may precede that. */
  async function lastFrame(socket: RawSocket) {
    const frame = await socket.next();
    return 'type' in frame && frame.type === 'complete' ? socket.next() : frame;
  }

  test('happens by itself when a session expires', async () => {
    const { mary } = await server.people('Mary');
    const other = await secondDevice(mary, new Date(Date.now() + 1000));
    const roomId = await makeGroup(mary, 'Poets');
    const ending = await RawSocket.ready(server.url, other.token);
    ending.follow(roomId);

    expect(await lastFrame(ending)).toMatchObject({ closed: 4403 });
  });

  test('removes the session from the list', async () => {
    const { sophie } = await server.people('Sophie');
    const other = await secondDevice(sophie);
    expect((await sophie.ask(ViewerDocument)).viewer!.sessions.map(({ id }) => id)).toEqual([
      other.sessionId,
      sophie.sessionId,
    ]);

    await sophie.ask(RevokeSessionDocument, { input: { sessionId: other.sessionId } });

    expect((await sophie.ask(ViewerDocument)).viewer!.sessions.map(({ id }) => id)).toEqual([sophie.sessionId]);
  });

  test('succeeds again', async () => {
    const { katherine } = await server.people('Katherine');
    const { sessionId } = await secondDevice(katherine);

    for (const _time of [1, 2]) {
      const { revokeSession } = await katherine.ask(RevokeSessionDocument, { input: { sessionId } });
      expect(revokeSession).toEqual({ revokedSessionId: sessionId, userErrors: [] });
    }
  });

  test('is refused for the session of another user', async () => {
    const { revokeSession } = await grace.ask(RevokeSessionDocument, { input: { sessionId: ada.sessionId } });

    expect(revokeSession).toMatchObject({
      revokedSessionId: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'sessionId'] }],
    });
    expect((await ada.ask(ViewerDocument)).viewer).not.toBeNull();
  });
});
