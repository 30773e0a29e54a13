import { describe, expect, test } from '@jest/globals';
import { jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { newId } from '../../src/base/ids.ts';
import { tokensSignedWith } from '../../src/sessions/tokens.ts';

const secret = 'a secret that has more than 32 characters';
const tokens = tokensSignedWith(secret);
const claims = { userId: newId(), sessionId: newId(), expiresAt: new Date('2100-01-01T00:00:00Z') };

/** Returns a token with our claims, changed by `change` and signed with our secret or another one. */
function forged(change: (token: SignJWT) => SignJWT = (token) => token, key = secret, alg = 'HS256'): Promise<string> {
  const token = new SignJWT({ sid: claims.sessionId }).setProtectedHeader({ alg }).setIssuer('parley');
  return change(token.setSubject(claims.userId).setExpirationTime(claims.expiresAt)).sign(
    new TextEncoder().encode(key),
  );
}

test('a token names a user, a session and its end', async () => {
  const token = tokens.sign(claims);
  const lifetimeMs = expect.any(Number);

  expect(await tokens.verify(token)).toEqual({ ...claims, lifetimeMs });
  expect(await tokensSignedWith(secret).verify(token)).toEqual({ ...claims, lifetimeMs }); // as another node does
  expect(await tokens.verify(await forged())).toEqual(claims);
});

test('a token is a JWT that other programs with the secret can verify', async () => {
  const before = Math.floor(Date.now() / 1000);

  const key = new TextEncoder().encode(secret);
  const { payload, protectedHeader } = await jwtVerify(tokens.sign(claims), key, { issuer: 'parley' });

  const { userId, sessionId, expiresAt } = claims;
  expect(protectedHeader).toEqual({ alg: 'HS256' });
  expect(payload).toMatchObject({ sub: userId, sid: sessionId, exp: expiresAt.getTime() / 1000 });
  expect(payload.iat).toBeGreaterThanOrEqual(before);
});

describe('no token of this server is', () => {
  test.each<[string, () => Promise<string> | string]>([
    ['one of another secret', () => forged(undefined, `${secret}!`)],
    ['one of another issuer', () => forged((token) => token.setIssuer('somebody'))],
    ['one of another algorithm', () => forged(undefined, secret, 'HS512')],
    [
      'one without a signature',
      () => new UnsecuredJWT({ sid: newId() }).setIssuer('parley').setSubject(newId()).encode(),
    ],
    ['one of a user that is no id', () => forged((token) => token.setSubject('admin'))],
    [
      'one that never expires',
      () =>
        new SignJWT({ sid: newId() })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('parley')
          .setSubject(newId())
          .sign(new TextEncoder().encode(secret)),
    ],
    ['one that was tampered with', async () => `${(await forged()).slice(0, -4)}AAAA`],
  ])('%s', async (_what, token) => {
    await expect(tokens.verify(await token())).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'This server did not issue the access token.',
      extensions: { reason: 'UNTRUSTED' },
    });
  });

  test.each([
    ['nothing', ''],
    ['noise', 'a.b.c'],
    ['an opaque text', 'gho_16C7e42F292c6912E7710c838347Ae178B4a'],
  ])('%s', async (_what, token) => {
    await expect(tokens.verify(token)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(/^The access token is not a JWT\. Send one that /),
      extensions: { reason: 'UNTRUSTED' },
    });
  });
});

test('an expired one is refused as such', async () => {
  const token = tokens.sign({ ...claims, expiresAt: new Date(Date.now() - 1000) });

  await expect(tokens.verify(token)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: 'The access token has expired.',
  });
});

test('the end of a session is that of its token, in whole seconds, on the node that signed it too', async () => {
  const token = tokens.sign({ ...claims, expiresAt: new Date('2100-01-01T00:00:00.999Z') });
  const lifetimeMs = expect.any(Number);

  expect(await tokens.verify(token)).toEqual({ ...claims, lifetimeMs });
  expect(await tokensSignedWith(secret).verify(token)).toEqual({ ...claims, lifetimeMs });
});

test('the lifetime of a token is the time from its creation to its end', async () => {
  const token = await forged((jwt) => jwt.setIssuedAt(new Date('2099-12-31T23:00:00Z')));

  expect(await tokens.verify(token)).toEqual({ ...claims, lifetimeMs: 3_600_000 });
});
