import type { IncomingMessage } from 'node:http';
import { acceptedLanguages } from '../base/language.ts';
import type { Context } from '../graphql/context.ts';
import type { ContextFor } from '../sessions/context-for.ts';
import { bearerToken, onlyToken } from '../sessions/credentials.ts';

/** Returns the context of the operation of an HTTP request. Throws UNAUTHENTICATED. */
export type ContextOf = (request: IncomingMessage) => Promise<Context>;

export function httpContexts(contextFor: ContextFor): ContextOf {
  return async (request) => ({
    ...(await contextFor({
      token: tokenOf(request),
      deviceId: request.headers['x-device-id']?.toString() ?? null,
      languages: acceptedLanguages(request.headers['accept-language']),
    })),
    lastEventId: request.headers['last-event-id']?.toString() ?? null,
  });
}

/**
 * Returns the token of the request. Throws UNAUTHENTICATED if the header is unreadable, or is sent more than once: in
 * `headers`, Node.js keeps only the first one.
 */
function tokenOf(request: IncomingMessage): string | null {
  if (request.headers.authorization === undefined) return null;
  return onlyToken(...(request.headersDistinct.authorization ?? []).map(bearerToken));
}
