import { forbidden, notFound } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';

/**
 * Signs one of the viewer's devices out; repeating it is no error. Throws NOT_FOUND for a session of another user, and
 * FORBIDDEN for the session of an API key.
 */
export async function revokeSession(context: Context, sessionId: string): Promise<string> {
  const { userId } = requireViewer(context);
  const { session, apiKey } = context.services.prisma;
  if (await apiKey.count({ where: { id: sessionId, userId } }))
    throw forbidden('This is the session of an API key: end it with revokeApiKey.', ['sessionId']);
  const { count } = await session.updateMany({
    where: { id: sessionId, userId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  const isKnown = count > 0 || (await session.count({ where: { id: sessionId, userId } })) > 0;
  if (!isKnown) throw notFound('session', ['sessionId']);
  context.services.sessions.end(sessionId);
  return sessionId;
}
