import { unauthenticated } from '../base/errors.ts';

/**
 * The largest number of characters in a token. Tokens of this server have about 320, those of identity providers up to a few
 * thousand; storing, hashing and comparing a much longer one would be a waste.
 */
const tokenMaxLength = 8192;

/** Returns the token of `Bearer …`; null if there is no header. Throws UNAUTHENTICATED for anything else. */
export function bearerToken(header: unknown): string | null {
  if (header === undefined || header === null) return null;
  const isText = typeof header === 'string' && header.length <= tokenMaxLength + bearer.length;
  if (!isText || header.slice(0, bearer.length).toLowerCase() !== bearer) throw unreadable();
  return plainToken(header.slice(bearer.length).trim());
}

/** Returns a token without a scheme; null if there is none. Throws UNAUTHENTICATED for any other value. */
export function plainToken(token: unknown): string | null {
  if (token === undefined || token === null) return null;
  if (typeof token !== 'string' || token.length > tokenMaxLength || !isToken.test(token)) throw unreadable();
  return token;
}

/**
 * Returns the token of a request that may carry it in several places; null if there is none. Throws UNAUTHENTICATED if
 * two of them differ.
 */
export function onlyToken(...tokens: readonly (string | null)[]): string | null {
  let token: string | null = null;
  for (const given of tokens) {
    if (token !== null && given !== null && given !== token) {
      throw unauthenticated('The request has two different access tokens. Send one.');
    }
    token ??= given;
  }
  return token;
}

const bearer = 'bearer ';
/** The syntax of a token in RFC 6750. */
const isToken = /^[A-Za-z0-9._~+/-]+=*$/;

function unreadable() {
  return unauthenticated('The access token is malformed. Send `Bearer <token>`, or no token to be anonymous.');
}
