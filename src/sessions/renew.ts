import { ChatError, endedMeanwhile, forbidden, invalidInput } from '../base/errors.ts';
import type { Session, User } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { loadRequired } from '../graphql/loaders.ts';
import { usersById } from '../users/loader.ts';

/**
 * Returns another access token for the viewer's session, good for as long as the present one was in all. The session
 * lasts until its last token ends. Throws FORBIDDEN for a token that this server did not sign.
 */
export async function renewSession(context: Context): Promise<{ session: Session; user: User; accessToken: string }> {
  const { userId, sessionId, lifetimeMs, expiresAt: end } = requireViewer(context);
  const { prisma, sessions } = context.services;
  if (end === null) throw forbidden('An API key does not expire, and cannot be renewed.');
  // The end of a session from outside follows its token: a token of ours would outlive a sign-out there.
  if (!lifetimeMs) throw forbidden('This server did not issue your access token: renew it at your provider.');
  const issuedAt = new Date();
  const expiresAt = new Date(issuedAt.getTime() + lifetimeMs);
  const own = { id: sessionId, userId };
  // Never shortens the session: a token with a longer life may have been renewed at the same time.
  await prisma.session.updateMany({ where: { ...own, expiresAt: { lt: expiresAt } }, data: { expiresAt } });
  const session = await prisma.session.findFirst({ where: { ...own, revokedAt: null } });
  if (!session) throw endedMeanwhile();
  // Signed as of then: the time that the writes took would be missing from the lifetime, more with each renewal.
  const accessToken = sessions.signToken({ userId, sessionId, expiresAt, issuedAt });
  return { session, user: await loadRequired(usersById(context), userId), accessToken };
}

/**
 * Gives the WebSocket of the operation another access token of the viewer, and returns when it ends. Throws FORBIDDEN over
 * HTTP and for the token of another user, and INVALID_INPUT for a token that is not valid: the connection keeps its own.
 */
export async function renewConnection({ renewConnection: renew }: Context, token: string): Promise<Date | null> {
  if (!renew) throw forbidden(onlyOverWebSocket);
  try {
    return await renew(token);
  } catch (error) {
    // Not UNAUTHENTICATED, after which a client signs in again: the caller is signed in.
    const isInvalid = error instanceof ChatError && error.code === 'UNAUTHENTICATED';
    throw isInvalid ? invalidInput(error.message, ['token'], 'token') : error;
  }
}

const onlyOverWebSocket =
  'Send renewConnection over the WebSocket that gets the token, in an operation without a token of its own. Over HTTP, send the new token with the next request.';
