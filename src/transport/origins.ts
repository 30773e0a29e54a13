import type { IncomingHttpHeaders } from 'node:http';
import { parsedUrl } from '../base/text.ts';

/**
 * Returns whether a page of this origin may use the API, for CORS and for WebSockets alike. A request without the header
 * is not from a browser, and the list restricts browsers only.
 */
export function isAllowedOrigin(origin: string | undefined, allowed: '*' | readonly string[]): boolean {
  return origin === undefined || allowed === '*' || allowed.includes(origin);
}

/** Returns whether a page of this server, such as GraphiQL, sent the request. CORS_ORIGINS need not list this server. */
export function isOwnPage({ origin, host }: IncomingHttpHeaders): boolean {
  return !!origin && !!host && parsedUrl(origin)?.host === host.toLowerCase();
}
