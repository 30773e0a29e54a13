import { describe, expect, test } from '@jest/globals';
import { innerId } from '../../../src/base/ids.ts';
import { hostToken } from '../../support/host-token.ts';
import { post } from '../../support/http.ts';
import { headersOf, seenBy as seenFrom } from '../../support/seen-device.ts';
import { RawSocket } from '../../support/socket.ts';
import { until } from '../../support/until.ts';
import { withServer } from '../../support/with-server.ts';

const { server } = await withServer();

const seenBy = (token: string, deviceId?: string) => seenFrom(server.url, token, deviceId);

async function revoke(token: string, sessionId: string, deviceId?: string): Promise<void> {
  const mutation = `mutation { revokeSession(input: { sessionId: "${sessionId}" }) { revokedSessionId } }`;
  const { body } = await post(server.url, { query: mutation }, headersOf(token, deviceId));
  expect(body).toEqual({ data: { revokeSession: { revokedSessionId: sessionId } } });
}

/** Tokens are issued in whole seconds. */
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
const nextSecond = (second: number) => until(() => secondsAgo(0) > second);

describe('a session is a device:', () => {
  test('tokens with the same sid have one session, another sid has another one', async () => {
    const [phone, again, laptop] = await Promise.all([
      hostToken({ sub: 'sids', sid: 'phone' }),
      hostToken({ sub: 'sids', sid: 'phone', jti: 'again' }),
      hostToken({ sub: 'sids', sid: 'laptop' }),
    ]);

    const seen = [await seenBy(phone), await seenBy(again), await seenBy(laptop)];

    expect(seen[1]!.session).toEqual(seen[0]!.session);
    expect(seen[2]!.sessions).toHaveLength(2);
    expect(new Set(seen.map((one) => one!.user.id)).size).toBe(1);
  });

  test('without a sid, the client names the device, over HTTP and WebSocket alike', async () => {
    const token = await hostToken({ sub: 'named' });
    const phone = await seenBy(token, 'phone');
    const socket = await RawSocket.open(server.url, { token, deviceId: 'phone' });
    await socket.next();

    const frame = await socket.ask('{ viewer { session { id deviceId } } }');
    socket.close();

    expect(phone!.session.deviceId).toBe('phone');
    expect(frame).toMatchObject({ payload: { data: { viewer: { session: { id: phone!.session.id } } } } });
    expect((await seenBy(token, 'tablet'))!.sessions.map(({ deviceId }) => deviceId)).toEqual(['tablet', 'phone']);
  });

  test('without any name, a user has one session', async () => {
    const seen = [
      await seenBy(await hostToken({ sub: 'bare' })),
      await seenBy(await hostToken({ sub: 'bare', jti: '2' })),
    ];

    expect(seen[1]!.sessions).toEqual([{ id: seen[0]!.session.id, deviceId: null }]);
  });

  test('the sid decides, and the name that the client chose is shown', async () => {
    const token = await hostToken({ sub: 'both', sid: 'a' });
    await seenBy(token, 'phone');

    expect((await seenBy(token, 'tablet'))!.sessions).toEqual([expect.objectContaining({ deviceId: 'tablet' })]);
  });

  test('it lasts as long as the newest of its tokens', async () => {
    const [soon, late] = [secondsAgo(-100), secondsAgo(-200)];
    for (const exp of [soon, late, soon]) await seenBy(await hostToken({ sub: 'ends', exp }));

    const seen = await seenBy(await hostToken({ sub: 'ends', exp: soon, jti: 'x' }));

    expect(seen!.session.expiresAt).toBe(new Date(late * 1000).toISOString());
  });

  test('one user opens a hundred at most', async () => {
    const token = await hostToken({ sub: 'many' });
    const names = Array.from({ length: 101 }, (_, index) => `device ${index}`);

    const seen = await Promise.all(names.map((name) => seenBy(token, name)));

    expect(seen.filter((one) => one === null)).toHaveLength(1);
  });

  test('a user who names a new device in each request is slowed down, and others are not', async () => {
    const token = await hostToken({ sub: 'flood' });
    const names = Array.from({ length: 160 }, (_, index) => `device ${index}`);

    const answers = await Promise.all(
      names.map((name) => post(server.url, { query: '{ viewer { id } }' }, headersOf(token, name))),
    );

    const codes = answers.map(
      ({ body }) => (body as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code,
    );
    expect(codes.filter((code) => code === undefined)).toHaveLength(100);
    expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(0);
    expect(await seenBy(await hostToken({ sub: 'calm' }), 'phone')).not.toBeNull();
  });

  test('one that has ended comes back only if there are fewer', async () => {
    const token = await hostToken({ sub: 'again' });
    const open = (name: string, count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => seenBy(token, `${name} ${index}`)));
    const [first] = await open('old', 3);
    const [{ prisma }, userId] = [server.app.services, innerId('User', first!.user.id)];
    await prisma.session.updateMany({ where: { userId }, data: { expiresAt: new Date(Date.now() - 1000) } });
    await open('new', 99);

    const seen = await open('old', 3);

    expect(seen.filter((one) => one === null)).toHaveLength(2);
    expect(await prisma.session.count({ where: { userId, expiresAt: { gt: new Date() } } })).toBe(100);
  });
});

describe('a revoked device', () => {
  test('is refused although its token is good, under any name; the other devices stay', async () => {
    const token = await hostToken({ sub: 'lost', iat: secondsAgo(10) });
    const phone = await seenBy(token, 'phone');
    await seenBy(token, 'laptop');

    await revoke(token, phone!.session.id, 'phone');

    expect(await seenBy(token, 'phone')).toBeNull();
    expect(await seenBy(token, 'phone')).toBeNull();
    expect(await seenBy(token, 'a new name')).toBeNull();
    expect((await seenBy(token, 'laptop'))!.sessions.map(({ deviceId }) => deviceId)).toEqual(['laptop']);
  });

  test('gets a new session with a token that is issued afterwards, and the old token stays refused', async () => {
    const old = await hostToken({ sub: 'back', sid: 'phone' });
    const before = await seenBy(old);
    await revoke(old, before!.session.id);
    await nextSecond(secondsAgo(0));

    const after = await seenBy(await hostToken({ sub: 'back', sid: 'phone' }));

    expect(after!.session.id).not.toBe(before!.session.id);
    expect(await seenBy(old)).toBeNull();
    expect(await seenBy(await hostToken({ sub: 'back', sid: 'phone', iat: secondsAgo(5) }))).toBeNull();
  });

  test('loses its connection', async () => {
    const token = await hostToken({ sub: 'cut' });
    const socket = await RawSocket.ready(server.url, token);

    await revoke(token, (await seenBy(token))!.session.id);

    expect(await socket.next()).toMatchObject({ closed: 4403 });
  });

  test('without iat, a token opens no device after a revocation', async () => {
    const token = await hostToken({ sub: 'undated', iat: undefined });
    const seen = await seenBy(token, 'phone');

    await revoke(token, seen!.session.id, 'phone');

    expect(await seenBy(token, 'laptop')).toBeNull();
  });
});

test('a deactivated user is refused with every token', async () => {
  const token = await hostToken({ sub: 'gone' });
  const { user } = (await seenBy(token))!;
  const where = { id: innerId('User', user.id) };
  await server.app.services.prisma.user.update({ where, data: { deactivatedAt: new Date() } });

  expect(await seenBy(token)).toBeNull();
  expect(await seenBy(await hostToken({ sub: 'gone', sid: 'other' }))).toBeNull();

  await server.app.services.prisma.user.update({ where, data: { deactivatedAt: null } });
  expect(await seenBy(token)).not.toBeNull();
});

test('first requests at the same moment create one user and one session for each device', async () => {
  const tokens = await Promise.all(
    ['a', 'b', 'a'].map((sid, index) => hostToken({ sub: 'crowd', sid, jti: `${index}` })),
  );

  const seen = await Promise.all(Array.from({ length: 60 }, (_, index) => seenBy(tokens[index % 3]!)));

  expect(new Set(seen.map((one) => one!.user.id)).size).toBe(1);
  expect(new Set(seen.map((one) => one!.session.id)).size).toBe(2);
});

test('the first request costs one transaction, and later ones check the session alone', async () => {
  const token = await hostToken({ sub: 'cost' });
  const count = (text: string) => server.statements.filter((sql) => sql.includes(text)).length;
  const before = [count('"SeenClaims"'), count('unnest($1::uuid[], $2::uuid[]) AS want(id, person)')];

  for (let request = 0; request < 3; request += 1) await seenBy(token);

  const after = [count('"SeenClaims"'), count('unnest($1::uuid[], $2::uuid[]) AS want(id, person)')];
  expect(after.map((value, index) => value - before[index]!)).toEqual([1, 2]);
});
