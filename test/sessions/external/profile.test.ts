import { describe, expect, test } from '@jest/globals';
import { UpdateProfileDocument } from '../../generated/graphql.ts';
import { hostToken } from '../../support/host-token.ts';
import { ask } from '../../support/person.ts';
import { seenBy as seenFrom } from '../../support/seen-device.ts';
import { withServer } from '../../support/with-server.ts';

const { server } = await withServer();
const seenBy = (token: string) => seenFrom(server.url, token);
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

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
    ['in other letters', { preferred_username: 'Дмитрий' }, { username: /^дмитрий$/, displayName: 'Дмитрий' }],
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
