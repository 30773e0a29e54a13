import { createSecretKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { ChatError, unauthenticated, untrustedToken } from '../../base/errors.ts';
import type { ProviderConfig } from '../../config.ts';
import { parleyIssuer } from '../tokens.ts';
import { claimsOf, type ExternalClaims, toleranceSeconds } from './claims.ts';
import type { ProviderKeys } from './provider-keys.ts';

/** The issuer of a token that the host signs without `iss`. */
const hostIssuer = 'host';

/** None with a shared secret: anyone can read the provider's keys, and could sign with one of them as the secret. */
const providerAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const hostAlgorithm = 'HS256';

/** Who else than Parley may issue tokens. */
interface ExternalIssuers {
  /** AUTH_JWT_SECRET; null if it is not set: the host does not know the secret that the server made then. */
  hostSecret: string | null;
  provider: (ProviderConfig & { keys: Pick<ProviderKeys, 'find'> }) | null;
  /** Called with an error that is not about the token, such as a key that cannot be used. */
  onFault: (error: unknown) => void;
}

/** Returns the claims of a token of another issuer. Throws UNAUTHENTICATED. */
export type VerifyExternal = (token: string) => Promise<ExternalClaims>;

/**
 * Returns a function that verifies tokens of the host and of the identity provider. What the token says of itself decides
 * which of the two must have signed it; then only the algorithms of that one are accepted.
 */
export function externalVerifier({ hostSecret, provider, onFault }: ExternalIssuers): VerifyExternal {
  const byHost = hostSecret === null ? null : hostVerifier(hostSecret);
  const byProvider = provider && providerVerifier(provider);
  return async (token) => {
    const { alg, iss } = unverified(token) ?? {};
    const isOfHost = alg === hostAlgorithm;
    const verify = isOfHost ? byHost : byProvider;
    // Before looking for a key, which would not be found: the issuer is what the token is refused for.
    const isForeign = !isOfHost && provider !== null && provider.issuer !== null && iss !== provider.issuer;
    if (!verify || isForeign) throw untrustedIssuer(iss);
    try {
      return await verify(token);
    } catch (error) {
      throw refusalOf(error, { isOfHost, onFault });
    }
  };
}

/** Returns whether the token claims to be of another issuer than Parley. */
export function isExternal(token: string): boolean {
  const claimed = unverified(token);
  return claimed !== null && claimed.iss !== parleyIssuer;
}

/** Returns what a token says of itself; null if it is no JWT. Nothing of it is proven. */
function unverified(token: string): { alg: unknown; iss: unknown } | null {
  try {
    return { alg: decodeProtectedHeader(token).alg, iss: decodeJwt(token).iss };
  } catch {
    return null;
  }
}

function hostVerifier(secret: string): VerifyExternal {
  const key = createSecretKey(secret, 'utf8');
  const options = { algorithms: [hostAlgorithm], clockTolerance: toleranceSeconds, requiredClaims: ['exp', 'sub'] };
  return async (token) => {
    const { payload } = await jwtVerify(token, key, options);
    refuseIssuer(payload, parleyIssuer);
    return claimsOf(payload, hostIssuer);
  };
}

function providerVerifier({ issuer, audiences, keys }: NonNullable<ExternalIssuers['provider']>): VerifyExternal {
  const options = {
    algorithms: providerAlgorithms,
    audience: audiences,
    ...(issuer !== null && { issuer }),
    clockTolerance: toleranceSeconds,
    requiredClaims: ['exp', 'sub', 'iss'],
  };
  return async (token) => {
    const { payload } = await jwtVerify(token, keys.find, options);
    refuseIssuer(payload, parleyIssuer, hostIssuer);
    return claimsOf(payload, null);
  };
}

/** Refuses an issuer whose name is reserved for another way to sign in. */
function refuseIssuer({ iss }: JWTPayload, ...reserved: string[]): void {
  if (reserved.includes(iss as string)) throw untrustedIssuer(iss);
}

/** The most characters of an issuer that a message repeats. */
const shownIssuerLength = 200;

/** `iss`: what the token says of itself. */
function untrustedIssuer(iss: unknown): ChatError {
  if (typeof iss !== 'string') return untrustedToken('The access token names no issuer that this server trusts.');
  const shown = JSON.stringify(iss.slice(0, shownIssuerLength));
  return untrustedToken(`The access token is of the issuer ${shown}, which this server does not trust.`);
}

const unknownSigner = {
  host: 'The access token is not signed with the secret that this server shares with its host application.',
  provider: 'The access token is not signed with a key of the identity provider that this server trusts.',
};

interface Refusal {
  isOfHost: boolean;
  onFault: (error: unknown) => void;
}

function refusalOf(error: unknown, { isOfHost, onFault }: Refusal): ChatError {
  if (error instanceof ChatError) return error;
  if (error instanceof errors.JWTExpired) return unauthenticated('The access token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated(`The access token is refused: its claim "${error.claim}" is missing or not acceptable.`);
  }
  if (!(error instanceof errors.JOSEError)) onFault(error);
  return untrustedToken(unknownSigner[isOfHost ? 'host' : 'provider']);
}
