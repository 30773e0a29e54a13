import { forbidden, invalidInput, notFound } from '../base/errors.ts';
import type { Session, User } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import { keyOfNamedDevice, requireDeviceId } from '../sessions/device-id.ts';
import { deleteOldSessionsSql } from '../sessions/old-sessions.ts';
import type { Database } from '../storage/prisma.ts';
import { requireAdmin } from './require-admin.ts';

interface SessionInput {
  userId: string;
  deviceId?: string | null;
  language?: string | null;
  lifetimeSeconds: number;
}

/** The shortest and the longest life of a token. */
export const lifetimes = { minSeconds: 60, maxSeconds: 30 * 24 * 3600 };

/**
 * Signs a user in. The same user and `deviceId` get the same session, which then lasts at least `lifetimeSeconds` more; a
 * revoked one stays ended, and the device gets another. Throws INVALID_INPUT, NOT_FOUND, and FORBIDDEN if the user is deactivated.
 */
export async function createSessionFor(context: Context, input: SessionInput) {
  requireAdmin(context);
  const { prisma, sessions } = context.services;
  const expiresAt = new Date(Date.now() + 1000 * checkedLifetime(input.lifetimeSeconds));
  const deviceId = requireDeviceId(input.deviceId);
  const { userId, language = null } = input;
  const opened = await prisma.$transaction(async (tx) => {
    const user = await lockUser(tx, userId);
    return { user, session: await openSession(tx, { userId, deviceId, language, expiresAt }) };
  });
  const accessToken = sessions.signToken({ userId, sessionId: opened.session.id, expiresAt });
  return { ...opened, accessToken };
}

function checkedLifetime(seconds: number): number {
  const { minSeconds, maxSeconds } = lifetimes;
  if (seconds >= minSeconds && seconds <= maxSeconds) return seconds;
  const message = `\`lifetimeSeconds\` is ${seconds}; expected ${minSeconds} to ${maxSeconds}.`;
  throw invalidInput(message, ['lifetimeSeconds'], 'range');
}

/** Returns the user. Until the transaction ends, nobody else opens a session for the user, and nobody deactivates them. */
async function lockUser(tx: Database, userId: string): Promise<User> {
  await tx.$queryRaw`SELECT FROM "User" WHERE "id" = ${userId}::uuid FOR NO KEY UPDATE`;
  const user = await tx.user.findUnique({ where: { id: userId } });
  if (!user) throw notFound('user', ['userId']);
  if (user.deactivatedAt) throw forbidden('The user is deactivated. Use reactivateUser first.', ['userId']);
  return user;
}

const deleteOld = deleteOldSessionsSql('(SELECT $1::uuid AS "id") account');

type NewSession = Pick<Session, 'userId' | 'deviceId' | 'language'> & { expiresAt: Date };

/** Renews the session of the device, or creates one. */
async function openSession(tx: Database, { userId, deviceId, language, expiresAt }: NewSession): Promise<Session> {
  const deviceKey = deviceId === null ? null : keyOfNamedDevice(deviceId);
  const where = { userId, deviceKey, revokedAt: null };
  const known = deviceKey === null ? null : await tx.session.findFirst({ where, orderBy: { id: 'desc' } });
  if (!known) {
    await tx.$executeRawUnsafe(deleteOld, userId);
    return tx.session.create({ data: { userId, deviceId, deviceKey, language, expiresAt } });
  }
  const { id, expiresAt: end } = known;
  // Never shortens the session: another token of the device may last longer.
  const data = { deviceId, language: language ?? undefined, ...((!end || end < expiresAt) && { expiresAt }) };
  return tx.session.update({ where: { id }, data });
}
