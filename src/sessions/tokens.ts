import { errors, jwtVerify, SignJWT } from 'jose';
import { validate } from 'uuid';
import { unauthenticated } from '../errors.ts';

/** What an access token says: who, on which device (session), until when. */
export interface Claims {
  userId: string;
  sessionId: string;
  expiresAt: Date;
}

export interface Tokens {
  sign: (claims: Claims) => Promise<string>;
  /** Throws UNAUTHENTICATED for anything that `sign` did not make, and for what has expired. */
  verify: (token: string) => Promise<Claims>;
}

const issuer = 'parley';

/** Access tokens of this server: JWTs signed with HS256. `secret`: at least 32 characters. */
export function tokensSignedWith(secret: string): Tokens {
  const key = new TextEncoder().encode(secret);
  return {
    sign: ({ userId, sessionId, expiresAt }) =>
      new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(issuer)
        .setSubject(userId)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(key),
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, { issuer, algorithms: ['HS256'] });
        const { sub, sid, exp } = payload;
        if (validate(sub) && validate(sid) && exp) {
          return { userId: sub as string, sessionId: sid as string, expiresAt: new Date(exp * 1000) };
        }
      } catch (error) {
        if (error instanceof errors.JWTExpired) throw unauthenticated('The access token has expired.');
        if (!(error instanceof errors.JOSEError)) throw error;
      }
      throw unauthenticated('The access token is not one of this server.');
    },
  };
}
