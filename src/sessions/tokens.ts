import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { validate } from 'uuid';
import { unauthenticated, untrustedToken } from '../base/errors.ts';

/** The claims of an access token. */
export interface Claims {
  userId: string;
  sessionId: string;
  expiresAt: Date;
}

/** The claims of a token that was verified. */
export interface VerifiedClaims extends Claims {
  /** The time from its creation to its end; absent if another program signed the token and left its creation out. */
  lifetimeMs?: number;
}

export interface Tokens {
  /** Returns a token. `issuedAt`: when its lifetime began; now, unless it is given. */
  sign: (claims: Claims & { issuedAt?: Date }) => string;
  /** Returns whether the token was signed or verified a while ago and is still valid. */
  knows: (token: string) => boolean;
  /** Returns the claims. Throws UNAUTHENTICATED for a token that `sign` did not create, and for an expired one. */
  verify: (token: string) => Promise<VerifiedClaims>;
}

/** The issuer of Parley's own tokens. */
export const parleyIssuer = 'parley';

/**
 * The size of the cache of verified tokens, so that clients which reconnect after a network failure need no new
 * verification. It has room for about ten thousand tokens of this server. It counts bytes, because another program that
 * has the secret may sign longer tokens.
 */
const keptBytes = 8 * 1024 * 1024;
const claimsBytes = 400;

/** Returns functions that sign and verify access tokens: JWTs with HS256. `secret` has at least 32 characters. */
export function tokensSignedWith(secret: string): Tokens {
  const key = createSecretKey(secret, 'utf8');
  const kept = new LRUCache<string, VerifiedClaims>({
    maxSize: keptBytes,
    sizeCalculation: (_claims, token) => claimsBytes + token.length,
  });
  const known = (token: string) => {
    const claims = kept.get(token);
    return claims && claims.expiresAt.getTime() > Date.now() ? claims : null;
  };
  return {
    sign: ({ issuedAt = new Date(), ...claims }) => {
      const iat = seconds(issuedAt.getTime());
      const exp = seconds(claims.expiresAt.getTime());
      const token = signed({ sid: claims.sessionId, iss: parleyIssuer, sub: claims.userId, iat, exp }, key);
      // The first request with the token follows at once. jose would verify it in 70 to 100 us.
      kept.set(token, { ...claims, ...timesOf({ iat, exp }) });
      return token;
    },
    knows: (token) => known(token) !== null,
    verify: async (token) => {
      const claims = known(token);
      if (claims) return claims;
      try {
        const { payload } = await jwtVerify(token, key, { issuer: parleyIssuer, algorithms: ['HS256'] });
        const { sub, sid, exp, iat } = payload;
        if (validate(sub) && validate(sid) && exp) {
          const claims = { userId: sub as string, sessionId: sid as string, ...timesOf({ iat, exp }) };
          kept.set(token, claims);
          return claims;
        }
      } catch (error) {
        if (error instanceof errors.JWTExpired) throw unauthenticated('The access token has expired.');
        if (!(error instanceof errors.JOSEError)) throw error;
        if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) throw untrustedToken(noJwt);
      }
      throw untrustedToken('This server did not issue the access token.');
    },
  };
}

const noJwt =
  'The access token is not a JWT. Send one that this server, its identity provider or its host application issued, or an API key.';

const header = encoded({ alg: 'HS256' });

/** Returns a JWT in its compact form (RFC 7515). jose would sign through a thread pool, which takes 25 times as long. */
function signed(claims: JWTPayload, key: KeyObject): string {
  const content = `${header}.${encoded(claims)}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

function timesOf({ iat, exp }: { iat: number | undefined; exp: number }) {
  return { expiresAt: new Date(exp * 1000), ...(iat !== undefined && { lifetimeMs: (exp - iat) * 1000 }) };
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
