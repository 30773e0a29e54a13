import { describe, expect, test } from '@jest/globals';
import { innerId } from '../../../src/base/ids.ts';
import { hostToken } from '../../support/host-token.ts';
import { seenBy as seenFrom } from '../../support/seen-device.ts';
import { withServer } from '../../support/with-server.ts';

const { server } = await withServer();
const seenBy = (token: string) => seenFrom(server.url, token);
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

describe('a token of the host', () => {
  const refused: [string, () => Promise<string>][] = [
    ['without an end', () => hostToken({ exp: undefined })],
    ['without a subject', () => hostToken({ sub: undefined })],
    ['with another secret', () => hostToken({}, 'another secret of 32 characters!')],
    ['that has expired', () => hostToken({ exp: secondsAgo(31) })],
    ['with a separator in its issuer', () => hostToken({ iss: 'a|b' })],
    ['with white space before its issuer', () => hostToken({ iss: ' shop' })],
    ['with white space after its subject', () => hostToken({ sub: 'ada\u00a0' })],
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
