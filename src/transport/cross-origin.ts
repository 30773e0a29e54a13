import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config.ts';
import { isAllowedOrigin } from './origins.ts';

/** How long a browser may cache the answer; most do so for two hours at most. */
const maxAgeSeconds = 86_400;
/** The characters that a list of requested headers may have; that of any client is far shorter. */
const headersMaxLength = 1024;

/**
 * Sets the headers that tell a browser whether a page of another origin may send this request and read its answer. Yoga's
 * own CORS is not used: it lets pages without an origin (`null`) read what it refuses to others, and has no preflight
 * answer for a list of one origin.
 */
export function shareAcrossOrigins(
  { method, headers }: IncomingMessage,
  { response, allowed }: { response: ServerResponse; allowed: Config['corsOrigins'] },
): void {
  response.setHeader('vary', 'Origin, Access-Control-Request-Headers');
  const { origin, 'access-control-request-headers': asked = '' } = headers;
  if (origin === undefined || !isAllowedOrigin(origin, allowed)) return;
  response.setHeader('access-control-allow-origin', allowed === '*' ? '*' : origin);
  if (method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-max-age', maxAgeSeconds);
  if (asked && asked.length <= headersMaxLength) response.setHeader('access-control-allow-headers', asked);
}
