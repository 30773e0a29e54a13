import { type JWTPayload, SignJWT } from 'jose';
import { jwtSecret } from './server.ts';

/** Signs a token as a host application does that knows AUTH_JWT_SECRET. Undefined removes a usual claim. */
export function hostToken(claims: JWTPayload = {}, secret = jwtSecret): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: 'shop', sub: 'ada', iat: now, exp: now + 300, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
}
