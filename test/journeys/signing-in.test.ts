import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { schema } from '../../src/schema.ts';
import { ServerDocument, SignInDocument, UpdateProfileDocument, ViewerDocument } from '../generated/graphql.ts';
import { freshDatabase } from '../support/database.ts';
import { post } from '../support/http.ts';
import { minimalOperation } from '../support/minimal-operation.ts';
import { ask, Person, people } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
});
afterAll(() => server.close());

const unauthenticated = { errors: [{ extensions: { code: 'UNAUTHENTICATED', retryable: false } }] };

describe('a guest', () => {
  test('is known by the name, device and language that they gave', async () => {
    const hedy = await Person.signIn(server.url, 'Hedy', { deviceId: 'phone', language: 'pt-br' });

    const { viewer } = await hedy.ask(ViewerDocument);

    expect(viewer).toMatchObject({
      language: 'pt-BR',
      user: { displayName: 'Hedy', id: hedy.id },
      session: { id: hedy.sessionId, isCurrent: true },
      sessions: [{ deviceId: 'phone', language: 'pt-BR', isCurrent: true }],
      memberships: { nodes: [], totalCount: { value: 0, isCapped: false } },
    });
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

  test('with a language that is none is refused', async () => {
    const { errors } = await ask(server.url, SignInDocument, { input: { displayName: 'Eve', language: 'klingon!' } });

    expect(errors?.[0]?.message).toContain('BCP 47');
  });

  test('is not taken by a server that takes none', async () => {
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

  test('is the device’s, then the user’s, then what the browser accepts, then English', async () => {
    const { pilar } = await people(server.url, 'Pilar');
    const withDevice = await Person.signIn(server.url, 'Paulo', { language: 'pt' });
    await withDevice.ask(UpdateProfileDocument, { input: { language: 'ja' } });

    expect(await language(withDevice.token, 'fr')).toBe('pt');
    expect(await language(pilar.token)).toBe('en');
    expect(await language(pilar.token, 'xx, fr-CA;q=0.9')).toBe('xx');
    await pilar.ask(UpdateProfileDocument, { input: { language: 'es' } });
    expect(await language(pilar.token, 'fr')).toBe('es');
    await pilar.ask(UpdateProfileDocument, { input: { language: null } });
    expect(await language(pilar.token, 'fr')).toBe('fr');
  });

  test('is what a WebSocket says at its start', async () => {
    const socket = await RawSocket.open(server.url, { token: ada.token, language: 'es-AR' });
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });

    expect(await socket.ask('{ viewer { language } }')).toMatchObject({
      payload: { data: { viewer: { language: 'es-AR' } } },
    });

    socket.close();
  });
});

describe('somebody who has not signed in', () => {
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

  test('may ask for the server, themselves and the schema', async () => {
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

test('without a secret in the configuration, who is signed in stays so over a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-signing-in-'));
  const database = await freshDatabase();
  const options = { dataDir, databaseUrl: database.url, jwtSecret: null };
  const before = await startServer(options);
  const { token } = await Person.signIn(before.url, 'Ada');
  await before.close();

  const after = await startServer(options);

  expect(await ask(after.url, ViewerDocument, {}, token)).toMatchObject({
    data: { viewer: { user: { displayName: 'Ada' } } },
  });
  await after.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
});
