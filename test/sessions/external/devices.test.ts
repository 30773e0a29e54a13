import { describe, expect, test } from '@jest/globals';
import { innerId } from '../../../src/base/ids.ts';
import { UpdateProfileDocument } from '../../generated/graphql.ts';
import { hostToken } from '../../support/host-token.ts';
import { post } from '../../support/http.ts';
import { ask } from '../../support/person.ts';
import { RawSocket } from '../../support/socket.ts';
import { until } from '../../support/until.ts';
import { withServer } from '../../support/with-server.ts';

const { server } = await withServer();

interface Seen {
  viewer: {
    user: { id: string; username: string; displayName: string; avatarUrl: string | null };
    session: { id: string; deviceId: string | null; expiresAt: string };
    sessions: { id: string; deviceId: string | null }[];
    language: string;
  };
}
const query = `{ viewer {
  user { id username displayName avatarUrl } session { id deviceId expiresAt } sessions { id deviceId } language } }`;

/** Returns what a device sees of itself; null if its token is refused. */
async function seenBy(token: string, deviceId?: string): Promise<Seen['viewer'] | null> {
  const { body } = await post(server.url, { query }, headersOf(token, deviceId));
  if (body?.errors?.[0]?.extensions.code === 'UNAUTHENTICATED') return null;
  return (body!.data as Seen).viewer;
}

const headersOf = (token: string, deviceId?: string) => ({
  authorization: `Bearer ${token}`,
  ...(deviceId && { 'x-device-id': deviceId }),
});

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

describe('the profile', () => {
  test('follows the claims when they change, and only then', async () => {
    const ada = { sub: 'profile', name: 'Ada', picture: 'https://a.example/1', locale: 'es' };
    const token = await hostToken({ ...ada, iat: secondsAgo(20) });
    await seenBy(token);
    await ask(server.url, UpdateProfileDocument, { input: { displayName: 'Countess' } }, token);

    const same = await seenBy(await hostToken({ ...ada, iat: secondsAgo(10) }));
    const changed = await seenBy(await hostToken({ ...ada, name: 'Ada King' }));
    const old = await seenBy(await hostToken({ ...ada, jti: 'old', iat: secondsAgo(5) }));

    expect(same!.user.displayName).toBe('Countess');
    expect(changed).toMatchObject({ user: { displayName: 'Ada King', avatarUrl: ada.picture }, language: 'es' });
    expect(old!.user.displayName).toBe('Ada King');
  });

  test('keeps what a token does not mention', async () => {
    const claims = { sub: 'silent', name: 'Silent Bob', picture: 'https://a.example/1' };
    await seenBy(await hostToken({ ...claims, iat: secondsAgo(9) }));

    const seen = await seenBy(await hostToken({ sub: 'silent' }));

    expect(seen!.user).toMatchObject({ displayName: 'Silent Bob', avatarUrl: 'https://a.example/1' });
  });

  test.each<[string, Record<string, unknown>, { username: RegExp; displayName: RegExp | string }]>([
    ['too long', { name: 'x'.repeat(200) }, { username: /^x{32}-\w{10}$/, displayName: 'x'.repeat(80) }],
    ['of several lines', { name: 'Ada\n\tKing\0' }, { username: /^ada-king-\w{10}$/, displayName: 'Ada King' }],
    ['invisible', { name: '\u202e\u200b ' }, { username: /^user-\w{10}$/, displayName: /^user-/ }],
    ['no text', { name: { toString: 1 }, locale: 5, picture: [] }, { username: /^user-/, displayName: /^user-/ }],
    [
      'an email address',
      { name: 'ann@a.example', preferred_username: 'ann@a.example' },
      { username: /^ann$/, displayName: 'ann' },
    ],
    ['in other letters', { preferred_username: 'Дмитрий' }, { username: /^user-/, displayName: 'Дмитрий' }],
    [
      'of half characters',
      { name: 'a\ud800', preferred_username: '\udfff' },
      { username: /^a-\w{10}$/, displayName: /^a/ },
    ],
    [
      'a script',
      { picture: 'javascript:alert(1)', preferred_username: '../Root' },
      { username: /^root$/, displayName: '../Root' },
    ],
    [
      'of the prototype',
      { __proto__: { name: 'x' }, preferred_username: '__proto__', constructor: {} },
      { username: /^proto$/, displayName: '__proto__' },
    ],
  ])('is made acceptable if a claim is %s', async (what, claims, { username, displayName }) => {
    const seen = await seenBy(await hostToken({ sub: `odd ${what}`, ...claims }));

    expect(seen!.user.username).toMatch(username);
    if (typeof displayName === 'string') expect(seen!.user.displayName).toBe(displayName);
    else expect(seen!.user.displayName).toMatch(displayName);
    expect(seen!.user.avatarUrl).toBeNull();
  });

  test('has another username if the wanted one is taken', async () => {
    const claims = { preferred_username: 'Wanted' };
    const seen = await Promise.all(['1', '2', '3'].map(async (sub) => seenBy(await hostToken({ sub, ...claims }))));

    const names = seen.map((one) => one!.user.username).sort();
    expect(names[0]).toBe('wanted');
    expect(names.slice(1).every((name) => /^wanted-\w{10}$/.test(name))).toBe(true);
  });
});

describe('a token of the host', () => {
  const refused: [string, () => Promise<string>][] = [
    ['without an end', () => hostToken({ exp: undefined })],
    ['without a subject', () => hostToken({ sub: undefined })],
    ['with another secret', () => hostToken({}, 'another secret of 32 characters!')],
    ['that has expired', () => hostToken({ exp: secondsAgo(31) })],
    ['with a separator in its issuer', () => hostToken({ iss: 'a|b' })],
    ['that names Parley as issuer', () => hostToken({ iss: 'parley' })],
  ];

  test.each(refused)('%s is refused', async (_what, make) => {
    expect(await seenBy(await make())).toBeNull();
  });

  test('needs no issuer', async () => {
    const { user } = (await seenBy(await hostToken({ iss: undefined, sub: 'plain' })))!;

    const stored = await server.app.services.prisma.user.findUnique({ where: { id: innerId('User', user.id) } });
    expect(stored!.externalId).toBe('host|plain');
  });
});
