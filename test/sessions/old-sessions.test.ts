import { expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { Backend } from '../support/backend.ts';
import { hostToken } from '../support/host-token.ts';
import { seenBy } from '../support/seen-device.ts';
import { withServer } from '../support/with-server.ts';

const { server } = await withServer();
const backend = await Backend.of(server);
const { session } = server.app.services.prisma;

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3600 * 1000);

/** Stores sessions of a user that end at these times, named after what became of them. */
async function storeSessions(id: string): Promise<string> {
  const userId = innerId('User', id);
  const data = [
    { deviceId: 'long expired', expiresAt: inDays(-31) },
    { deviceId: 'long revoked', expiresAt: inDays(-31), revokedAt: inDays(-40) },
    { deviceId: 'expired', expiresAt: inDays(-29) },
    { deviceId: 'revoked', expiresAt: inDays(-31), revokedAt: inDays(-29) },
    { deviceId: 'refuses tokens', expiresAt: inDays(1), revokedAt: inDays(-31) },
    { deviceId: 'in use', expiresAt: inDays(1) },
    { deviceId: 'without an end', expiresAt: null },
  ];
  await session.createMany({ data: data.map((one) => ({ ...one, userId })) });
  return userId;
}

const devicesOf = async (userId: string) =>
  new Set((await session.findMany({ where: { userId } })).map(({ deviceId }) => deviceId));
const kept = ['expired', 'revoked', 'refuses tokens', 'in use', 'without an end'];

test('a device that signs in from outside deletes the old sessions of its user only', async () => {
  const [{ user: ada }, { user: eve }] = [
    (await seenBy(server.url, await hostToken({ sub: 'ada' })))!,
    (await seenBy(server.url, await hostToken({ sub: 'eve' })))!,
  ];
  const [adaId, eveId] = [await storeSessions(ada.id), await storeSessions(eve.id)];

  await seenBy(server.url, await hostToken({ sub: 'ada', sid: 'new' }));

  expect(await devicesOf(adaId)).toEqual(new Set([null, ...kept]));
  expect((await devicesOf(eveId)).size).toBe(8);
});

test('a device that the backend signs in deletes the old sessions of its user', async () => {
  const { user } = await backend.upsert('many-devices', 'Grace');
  const userId = await storeSessions(user!.id);

  await backend.signIn(user!.id, { deviceId: 'new' });

  expect(await devicesOf(userId)).toEqual(new Set([...kept, 'new']));
});

test('the backend still signs in with its key after its old sessions were deleted', async () => {
  await storeSessions(backend.userId);

  await backend.signIn(backend.userId, { deviceId: 'bot' });

  expect((await backend.upsert('after', 'After')).userErrors).toEqual([]);
});
