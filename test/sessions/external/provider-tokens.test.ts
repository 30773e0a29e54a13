import { afterAll, describe, expect, test } from '@jest/globals';
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { externalVerifier } from '../../../src/sessions/external/verify.ts';
import { hostToken } from '../../support/host-token.ts';
import { audience, IdentityProvider } from '../../support/identity-provider.ts';
import { ask } from '../../support/person.ts';
import { startServer } from '../../support/server.ts';
import { RawSocket } from '../../support/socket.ts';
import { withServerLike } from '../../support/with-server.ts';

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const provider = await IdentityProvider.start(...algorithms);
const other = await IdentityProvider.start();
const { server } = await withServerLike({ provider: provider.config, guestsAllowed: false });
afterAll(() => Promise.all([provider.close(), other.close()]));

const query = '{ viewer { user { username displayName avatarUrl kind } language } }';
type Answer = { viewer: { user: Record<string, string | null>; language: string } | null } | null;
const viewerOf = async (token: string) => ask<Answer, object>(server.url, query, {}, token);
const refused = { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

test.each(algorithms)('a token that the provider signed with %s signs its user in', async (alg) => {
  const { data } = await viewerOf(await provider.token({ sub: alg, name: 'Ada' }, { alg }));

  expect(data?.viewer?.user).toMatchObject({ displayName: 'Ada', kind: 'HUMAN' });
});

test('the profile is that of the claims', async () => {
  const claims = {
    sub: 'grace',
    name: 'Grace Hopper',
    preferred_username: 'Grace.Hopper',
    picture: 'https://example.com/grace.png',
    locale: 'pt-br',
  };

  const { data } = await viewerOf(await provider.token(claims));

  expect(data?.viewer).toEqual({
    user: {
      username: 'grace.hopper',
      displayName: 'Grace Hopper',
      avatarUrl: 'https://example.com/grace.png',
      kind: 'HUMAN',
    },
    language: 'pt-BR',
  });
});

test('a token works over WebSocket too', async () => {
  const socket = await RawSocket.open(server.url, { token: await provider.token({ sub: 'joan' }) });

  expect(await socket.next()).toMatchObject({ type: 'connection_ack' });

  socket.close();
});

test('a token of 200 KB is refused over WebSocket', async () => {
  const socket = await RawSocket.open(server.url, { token: await provider.token({ name: 'x'.repeat(150_000) }) });

  expect(await socket.next()).toMatchObject({ closed: 4403 });
});

test('a key that cannot be used refuses the token, and is reported', async () => {
  const faults: unknown[] = [];
  const find = () => Promise.reject(new TypeError('a planted fault'));
  const trusted = { ...provider.config, keys: { find } };
  const verify = externalVerifier({ hostSecret: null, provider: trusted, onFault: (fault) => faults.push(fault) });

  await expect(verify(await provider.token())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(faults).toEqual([new TypeError('a planted fault')]);
});

describe('refused is a token', () => {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  /** Signs with the text of the public key, as if it were a secret: the attack on servers that trust `alg`. */
  async function signedWithPublicKey(): Promise<string> {
    const [jwk] = provider.publicKeys;
    const pem = await exportSPKI((await importJWK(jwk!, 'RS256', { extractable: true })) as CryptoKey);
    const claims = { iss: provider.issuer, aud: audience, sub: 'ada', exp: inSeconds(300) };
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: jwk!.kid }).sign(new TextEncoder().encode(pem));
  }
  async function swapped(): Promise<string> {
    const [header, , signature] = (await provider.token()).split('.');
    const claims = { iss: provider.issuer, aud: audience, sub: 'root', exp: inSeconds(300) };
    return `${header}.${encoded(claims)}.${signature}`;
  }
  const unsecured = () =>
    new UnsecuredJWT({ iss: provider.issuer, aud: audience, sub: 'ada', exp: inSeconds(300) }).encode();

  test.each<[string, () => string | Promise<string>]>([
    ['of another issuer', () => other.token({ iss: provider.issuer }, { kid: 'key-1' })],
    ['that names another issuer', () => provider.token({ iss: other.issuer })],
    ['that names Parley as issuer', () => provider.token({ iss: 'parley' })],
    ['that names the host as issuer', () => provider.token({ iss: 'host' })],
    ['without an issuer', () => provider.token({ iss: undefined })],
    ['for another audience', () => provider.token({ aud: 'another app' })],
    ['without an audience', () => provider.token({ aud: undefined })],
    ['that has expired', () => provider.token({ exp: inSeconds(-31) })],
    ['without an end', () => provider.token({ exp: undefined })],
    ['that is not valid yet', () => provider.token({ nbf: inSeconds(60) })],
    ['from the future', () => provider.token({ iat: inSeconds(60) })],
    ['without a subject', () => provider.token({ sub: undefined })],
    ['with an empty subject', () => provider.token({ sub: '' })],
    ['with a NUL in its subject', () => provider.token({ sub: 'a\0b' })],
    ['with half a character in its subject', () => provider.token({ sub: '\ud800' })],
    ['with a long subject', () => provider.token({ sub: 'x'.repeat(600) })],
    ['with a sid that is no text', () => provider.token({ sid: ['a'] })],
    ['without a signature', unsecured],
    ['signed with the public key as a secret', signedWithPublicKey],
    ['with the signature of another', swapped],
    ['with an algorithm that is not pinned', async () => `${encoded({ alg: 'RS512' })}.${encoded({})}.x`],
    ['with claims that are no object', async () => `${encoded({ alg: 'RS256' })}.${encoded([1])}.x`],
    ['longer than 8 KB', () => provider.token({ name: 'x'.repeat(8192) })],
  ])('%s', async (_what, make) => {
    expect(await viewerOf(await make())).toMatchObject(refused);
  });
});

describe('the answer says', () => {
  const answerTo = async (token: string) => {
    const { errors } = await viewerOf(token);
    const { message, extensions } = errors![0]!;
    return { message, reason: 'reason' in extensions ? extensions.reason : null };
  };

  test('which issuer is not trusted, without looking for its keys', async () => {
    const reads = provider.reads;

    const foreign = await answerTo(await other.token({ iss: 'https://else.example' }, { kid: 'unknown' }));

    const message = 'The access token is of the issuer "https://else.example", which this server does not trust.';
    expect(foreign).toEqual({ message, reason: 'UNTRUSTED' });
    expect(provider.reads).toBe(reads);
  });

  test('that another key signed the token', async () => {
    expect(await answerTo(await other.token({ iss: provider.issuer }, { kid: 'key-1' }))).toEqual({
      message: 'The access token is not signed with a key of the identity provider that this server trusts.',
      reason: 'UNTRUSTED',
    });
    expect(await answerTo(await hostToken({}, 'another secret of 32 characters!'))).toEqual({
      message: 'The access token is not signed with the secret that this server shares with its host application.',
      reason: 'UNTRUSTED',
    });
  });

  test('that a token is none of the kind that the server reads', async () => {
    const { message, reason } = await answerTo('gho_16C7e42F292c6912E7710c838347Ae178B4a');

    expect([message, reason]).toEqual([expect.stringContaining('is not a JWT'), 'UNTRUSTED']);
  });

  test('that a token has expired, for which there is a remedy', async () => {
    expect(await answerTo(await provider.token({ exp: inSeconds(-31) }))).toEqual({
      message: 'The access token has expired.',
      reason: null,
    });
  });
});

test('the clocks may differ by half a minute', async () => {
  const tolerated = { sub: 'clock', exp: inSeconds(-20), nbf: inSeconds(20), iat: inSeconds(20) };

  const { data } = await viewerOf(await provider.token(tolerated));

  expect(data?.viewer).not.toBeNull();
});

test('the same subject is another user at another issuer', async () => {
  const { data } = await viewerOf(await provider.token({ sub: 'twin', preferred_username: 'twin' }));
  const host = await viewerOf(await hostToken({ sub: 'twin', preferred_username: 'twin' }));

  expect(data?.viewer?.user.username).toBe('twin');
  expect(host.data?.viewer?.user.username).toMatch(/^twin-[0-9a-f]{10}$/);
});

test('guests are refused where a provider signs users in', async () => {
  const { data } = await ask<{ createGuestSession: { userErrors: { code: string }[] } }, object>(
    server.url,
    'mutation { createGuestSession(input: { displayName: "Eve" }) { userErrors { code } } }',
  );

  expect(data.createGuestSession.userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
});

describe('with the address of the keys alone', () => {
  test('every issuer is accepted, and each has its own users', async () => {
    const open = await startServer({ provider: { issuer: null, jwksUrl: provider.jwksUrl, audiences: [audience] } });
    const idOf = async (iss: string) => {
      const { data } = await ask<{ viewer: { id: string } } | null, object>(
        open.url,
        '{ viewer { id } }',
        {},
        await provider.token({ iss }),
      );
      return data?.viewer.id;
    };

    const ids = [await idOf('https://one.example'), await idOf('https://two.example')];
    const reserved = [await idOf('parley'), await idOf('host'), await idOf('a|b')];

    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain(undefined);
    expect(reserved).toEqual([undefined, undefined, undefined]);
    await open.close();
  });
});
