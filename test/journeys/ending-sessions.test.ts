import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { globalId, innerId, newId } from '../../src/base/ids.ts';
import { tokensSignedWith } from '../../src/sessions/tokens.ts';
import { MessageAddedDocument, RevokeSessionDocument, ViewerDocument } from '../generated/graphql.ts';
import { post } from '../support/http.ts';
import { ask, type Person, people, take } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { jwtSecret, startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
afterAll(() => server.close());

const unauthenticated = { errors: [{ extensions: { code: 'UNAUTHENTICATED', retryable: false } }] };

describe('a token that is worth nothing', () => {
  const signedHere = (claims: object) =>
    tokensSignedWith(jwtSecret).sign({
      userId: innerId('User', ada.id),
      sessionId: innerId('Session', ada.sessionId),
      expiresAt: new Date(Date.now() + 60_000),
      ...claims,
    });

  test('is not what these are made like', async () => {
    expect(await ask(server.url, ViewerDocument, {}, await signedHere({}))).toMatchObject({
      data: { viewer: { user: { displayName: 'Ada' } } },
    });
  });

  test.each<[string, () => Promise<string>]>([
    ['noise', async () => 'noise'],
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
    ['of a session that there is not', () => signedHere({ sessionId: newId() })],
    ["of somebody else's session", () => signedHere({ sessionId: innerId('Session', grace.sessionId) })],
    ['of a session that was revoked', () => revoked()],
  ])('one %s opens nothing, neither over HTTP nor over WebSocket', async (_what, make) => {
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
    const { eve } = await people(server.url, 'Eve');
    await eve.ask(RevokeSessionDocument, { input: { sessionId: eve.sessionId } });
    return eve.token;
  }
});

describe('signing out', () => {
  /** Another device of somebody. */
  async function secondDevice(
    person: Person,
    expiresAt = new Date(Date.now() + 60_000),
  ): Promise<{ sessionId: string; token: string }> {
    const { prisma, sessions } = server.app.services;
    const userId = innerId('User', person.id);
    const { id } = await prisma.session.create({ data: { userId, deviceId: 'second', expiresAt } });
    const token = await sessions.signToken({ userId, sessionId: id, expiresAt: new Date(Date.now() + 60_000) });
    return { sessionId: globalId('Session', id), token };
  }

  test('ends what is live on that device at once, and nothing on another', async () => {
    const { radia } = await people(server.url, 'Radia');
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
    await radia.close();
  });

  /** How a socket ends, which nothing but a Complete may precede. */
  async function lastFrame(socket: RawSocket) {
    const frame = await socket.next();
    return 'type' in frame && frame.type === 'complete' ? socket.next() : frame;
  }

  test('is what happens by itself when a session expires', async () => {
    const { mary } = await people(server.url, 'Mary');
    const other = await secondDevice(mary, new Date(Date.now() + 1000));
    const roomId = await makeGroup(mary, 'Poets');
    const ending = await RawSocket.ready(server.url, other.token);
    ending.follow(roomId);

    expect(await lastFrame(ending)).toMatchObject({ closed: 4403 });
    await mary.close();
  });

  test('takes the device off the list', async () => {
    const { sophie } = await people(server.url, 'Sophie');
    const other = await secondDevice(sophie);
    expect((await sophie.ask(ViewerDocument)).viewer!.sessions.map(({ id }) => id)).toEqual([
      other.sessionId,
      sophie.sessionId,
    ]);

    await sophie.ask(RevokeSessionDocument, { input: { sessionId: other.sessionId } });

    expect((await sophie.ask(ViewerDocument)).viewer!.sessions.map(({ id }) => id)).toEqual([sophie.sessionId]);
  });

  test('again is no error', async () => {
    const { katherine } = await people(server.url, 'Katherine');
    const { sessionId } = await secondDevice(katherine);

    for (const _time of [1, 2]) {
      const { revokeSession } = await katherine.ask(RevokeSessionDocument, { input: { sessionId } });
      expect(revokeSession).toEqual({ revokedSessionId: sessionId, userErrors: [] });
    }
  });

  test('somebody else is not possible', async () => {
    const { revokeSession } = await grace.ask(RevokeSessionDocument, { input: { sessionId: ada.sessionId } });

    expect(revokeSession).toMatchObject({
      revokedSessionId: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'sessionId'] }],
    });
    expect((await ada.ask(ViewerDocument)).viewer).not.toBeNull();
  });
});
