import type { Viewer } from '../context.ts';
import { unauthenticated } from '../errors.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { preferredLanguage } from '../language.ts';
import type { Tokens } from './tokens.ts';

/** What a request or a connection brings along to say who it is. */
export interface Credentials {
  /** `Authorization: Bearer …` or `connectionParams.token`; null for an anonymous caller. */
  token: string | null;
  /** Languages the device asks for, BCP 47, best first. */
  languages?: readonly string[];
}

/** Who calls, and in which language to answer. */
export interface Caller {
  viewer: Viewer | null;
  language: string;
}

/** How often `lastSeenAt` of a session is written at most. */
const seenEveryMs = 60_000;

/**
 * The only door, for HTTP and WebSocket alike: tells who calls. Throws UNAUTHENTICATED for a token that is malformed,
 * expired, revoked or of another server; no token at all makes an anonymous caller.
 */
export function authenticator(prisma: PrismaClient, tokens: Tokens) {
  return async ({ token, languages = [] }: Credentials): Promise<Caller> => {
    if (!token) return { viewer: null, language: preferredLanguage(languages) };
    const { userId, sessionId } = await tokens.verify(token);
    const session = await prisma.session.findUnique({
      where: { id: sessionId, userId, revokedAt: null },
      include: { user: { select: { language: true } } },
    });
    const now = Date.now();
    if (!session || (session.expiresAt && session.expiresAt.getTime() <= now)) {
      throw unauthenticated('The session has ended: sign in again.');
    }
    if (session.lastSeenAt.getTime() < now - seenEveryMs) {
      await prisma.session.update({ where: { id: sessionId }, data: { lastSeenAt: new Date(now) } });
    }
    const language = preferredLanguage([session.language, session.user.language, ...languages]);
    return { viewer: { userId, sessionId }, language };
  };
}
