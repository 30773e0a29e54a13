import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { ProviderKeys } from '../../../src/sessions/external/provider-keys.ts';
import { IdentityProvider, type Mood } from '../../support/identity-provider.ts';
import { until } from '../../support/until.ts';

let provider: IdentityProvider;
let failures: string[];
let opened: ProviderKeys[];
beforeEach(async () => {
  provider = await IdentityProvider.start();
  [failures, opened] = [[], []];
});
afterEach(async () => {
  for (const keys of opened) keys.close();
  await provider.close();
});

type Times = ConstructorParameters<typeof ProviderKeys>[0]['times'];

function keysOf({ issuer, jwksUrl }: { issuer: string | null; jwksUrl: string | null }, times: Times = {}) {
  const onFailure = (error: unknown) => failures.push((error as Error).message);
  const keys = new ProviderKeys({ provider: { issuer, jwksUrl }, onFailure, times });
  opened.push(keys);
  return keys;
}

const verified = async (keys: ProviderKeys, token: Promise<string>) =>
  (await jwtVerify(await token, keys.find)).payload;
const never = 1_000_000;
const noKey = { code: 'ERR_JWKS_NO_MATCHING_KEY' };

test('discovery finds the keys, and a thousand tokens read them once', async () => {
  const keys = keysOf(provider.config);

  const payloads = await Promise.all(Array.from({ length: 1000 }, () => verified(keys, provider.token())));

  expect(payloads[999]).toMatchObject({ sub: 'ada' });
  expect(provider.asked).toEqual(['/realms/chat/.well-known/openid-configuration', '/realms/chat/certs']);
});

test('the address of the keys alone is enough', async () => {
  const keys = keysOf({ issuer: null, jwksUrl: provider.jwksUrl });

  expect(await verified(keys, provider.token())).toMatchObject({ sub: 'ada' });
  expect(provider.asked).toEqual(['/realms/chat/certs']);
});

test('an unknown key is looked up once the last read is long enough ago', async () => {
  const keys = keysOf(provider.config, { apartMs: 0 });
  const before = await provider.token();
  await verified(keys, Promise.resolve(before));

  await provider.rotate();

  expect(await verified(keys, provider.token())).toMatchObject({ sub: 'ada' });
  await expect(verified(keys, Promise.resolve(before))).rejects.toMatchObject(noKey);
});

test('many unknown keys in a short time cause no read', async () => {
  const keys = keysOf(provider.config);
  await verified(keys, provider.token());

  const tokens = await Promise.all([1, 2, 3, 4].map((made) => provider.token({}, { kid: `made-up-${made}` })));
  const outcomes = await Promise.allSettled(tokens.map((token) => verified(keys, Promise.resolve(token))));

  expect(outcomes).toEqual(tokens.map(() => expect.objectContaining({ reason: expect.objectContaining(noKey) })));
  expect(provider.reads).toBe(1);
});

test('old keys are read again, so a withdrawn key is refused', async () => {
  const keys = keysOf(provider.config, { apartMs: 0, freshMs: 0 });
  const token = await provider.token();
  await verified(keys, Promise.resolve(token));
  await provider.rotate();

  await until(() =>
    verified(keys, Promise.resolve(token)).then(
      () => false,
      () => true,
    ),
  );
});

describe('keys are kept while the provider is', () => {
  test.each<Mood>(['away', 'silent', 'huge', 'elsewhere', 'no JSON'])('%s', async (mood) => {
    const keys = keysOf(provider.config, { apartMs: 0, freshMs: 0, deadlineMs: 2000 });
    await verified(keys, provider.token());

    provider.mood = mood;
    await expect(verified(keys, provider.token({}, { kid: 'made-up' }))).rejects.toMatchObject(noKey);

    expect(failures.length).toBeGreaterThan(0); // else this proves nothing
    expect(await verified(keys, provider.token())).toMatchObject({ sub: 'ada' });
  });
});

test('while no keys are known, a token is refused for now, and accepted once the provider is back', async () => {
  provider.mood = 'away';
  const keys = keysOf(provider.config, { apartMs: never, apartWithoutKeysMs: 0 });
  await expect(verified(keys, provider.token())).rejects.toMatchObject({ code: 'RATE_LIMITED' });

  provider.mood = 'well';

  expect(await verified(keys, provider.token())).toMatchObject({ sub: 'ada' });
});

test.each([
  ['another issuer', { issuer: 'https://other.example' }, 'calls itself "https://other.example"'],
  ['no address of keys', { jwks_uri: undefined }, 'names no jwks_uri'],
  ['an address that is no web address', { jwks_uri: 'file:///etc/passwd' }, 'names no jwks_uri'],
])('a discovery document of %s is refused', async (_what, document, reason) => {
  provider.document = document;
  const keys = keysOf(provider.config);

  await expect(verified(keys, provider.token())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(failures).toEqual([expect.stringContaining(reason)]);
});

test('a closed server stops to wait for a silent provider', async () => {
  provider.mood = 'silent';
  const keys = keysOf(provider.config);
  const waiting = verified(keys, provider.token());
  await until(() => provider.asked.length > 0);

  keys.close();

  await expect(waiting).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(failures).toEqual([]);
});
