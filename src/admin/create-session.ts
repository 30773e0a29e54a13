import { conflict, invalidInput, notFound } from '../base/errors.ts';
import type { Context } from '../graphql/context.ts';
import { requireDeviceId } from '../sessions/device-id.ts';
import { maxSessions, type Verdict } from '../sessions/session-statements.ts';
import { requireAdminNow } from './require-admin.ts';

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
 * revoked one stays ended, and the device gets another. Throws INVALID_INPUT, NOT_FOUND, and CONFLICT if the
 * user is deactivated or signed in on too many devices. The log says who opened it.
 */
export async function createSessionFor(context: Context, input: SessionInput) {
  const { userId: openedBy } = await requireAdminNow(context);
  const { prisma, sessions } = context.services;
  const expiresAt = new Date(Date.now() + 1000 * checkedLifetime(input.lifetimeSeconds));
  const deviceId = requireDeviceId(input.deviceId);
  const { userId, language } = input;
  const { id } = requireOpen(await sessions.openDevice({ userId, deviceId, expiresAt, openedBy }));
  const session = await prisma.session.update({
    where: { id },
    data: { language: language ?? undefined },
    include: { user: true },
  });
  const accessToken = sessions.signToken({ userId, sessionId: id, expiresAt });
  return { session, user: session.user, accessToken };
}

function checkedLifetime(seconds: number): number {
  const { minSeconds, maxSeconds } = lifetimes;
  if (seconds >= minSeconds && seconds <= maxSeconds) return seconds;
  const message = `\`lifetimeSeconds\` is ${seconds}; expected ${minSeconds} to ${maxSeconds}.`;
  throw invalidInput(message, ['lifetimeSeconds'], 'range');
}

function requireOpen(verdict: Verdict | null): Verdict {
  if (!verdict) throw notFound('user', ['userId']);
  if (verdict.verdict === 'OPEN') return verdict;
  if (verdict.verdict === 'DEACTIVATED') {
    throw conflict('The user is deactivated. Call `reactivateUser` first.', ['userId']);
  }
  throw conflict(`The user has ${maxSessions} sessions. End one of them, or name a device that has one.`, ['userId']);
}
