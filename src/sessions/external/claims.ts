import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { unauthenticated } from '../../base/errors.ts';
import { canonicalTag } from '../../base/language.ts';
import { requireWebAddress } from '../../base/text.ts';
import { acceptableDisplayName, withoutDomain } from '../../users/claimed-names.ts';

/** How far the clocks of the issuer and of this server may differ. */
export const toleranceSeconds = 30;
/** The most characters of `iss` and `sub` together with their separator, and of `sid`. */
export const externalIdMaxLength = 512;

/** What a verified token of another issuer says. */
export interface ExternalClaims {
  /** `iss|sub`. */
  externalId: string;
  /** `sid`: the session at the issuer; null if the token has none. */
  sid: string | null;
  issuedAt: Date;
  /** When the token, and a session that it opens now, ends. */
  expiresAt: Date;
  profile: ClaimedProfile;
}

/** What the token says about the user; null for what it does not say. */
export interface ClaimedProfile {
  displayName: string | null;
  /** `preferred_username` without a domain, otherwise unchecked. */
  username: string | null;
  avatarUrl: string | null;
  language: string | null;
  /** A digest of the fields that follow the claims. */
  digest: string;
}

/** Returns what a verified payload says. `iss` is the issuer if the token names none. Throws UNAUTHENTICATED. */
export function claimsOf(payload: JWTPayload, defaultIssuer: string | null): ExternalClaims {
  const { iss = defaultIssuer, sub, sid, iat = 0, exp = 0 } = payload;
  // The first `|` ends the issuer, so no two users have the same id.
  if (!isId(iss) || iss.includes('|')) throw refused('iss');
  if (!isId(sub) || iss.length + sub.length >= externalIdMaxLength) throw refused('sub');
  // The API trims external ids: it could not name this user, and would take another one for them.
  if (iss.trimStart() !== iss) throw refused('iss');
  if (sub.trimEnd() !== sub) throw refused('sub');
  if (sid !== undefined && sid !== null && !isId(sid)) throw refused('sid');
  const now = Date.now() / 1000;
  if (iat > now + toleranceSeconds) throw refused('iat');
  return {
    externalId: `${iss}|${sub}`,
    sid: sid ?? null,
    issuedAt: new Date(Math.max(0, Math.floor(Math.min(iat, now))) * 1000),
    // The tolerance is added only if our clock is past `exp`: clients expect the end that they find in the token.
    expiresAt: new Date(Math.min(exp > now ? exp : exp + toleranceSeconds, latestSeconds) * 1000),
    profile: profileOf(payload),
  };
}

/** The year 9999: PostgreSQL and JavaScript can express later times, but ISO 8601 needs another form. */
const latestSeconds = 253_402_300_000;

function isId(value: unknown): value is string {
  const isText = typeof value === 'string' && value.length > 0 && value.length < externalIdMaxLength;
  return isText && value.isWellFormed() && !value.includes('\0');
}

function refused(claim: string) {
  return unauthenticated(`The access token is refused: its claim "${claim}" is missing or not acceptable.`);
}

function profileOf(payload: JWTPayload): ClaimedProfile {
  const { name, preferred_username: preferred, picture, locale } = payload as Record<string, unknown>;
  const profile = {
    displayName: acceptableDisplayName(name) ?? acceptableDisplayName(preferred),
    avatarUrl: acceptableAddress(picture),
    language: typeof locale === 'string' ? canonicalTag(locale.replaceAll('_', '-')) : null,
  };
  const digest = createHash('sha256').update(JSON.stringify(profile)).digest('base64url');
  return { ...profile, username: typeof preferred === 'string' ? withoutDomain(preferred) : null, digest };
}

function acceptableAddress(address: unknown): string | null {
  try {
    return typeof address === 'string' ? requireWebAddress(address, ['picture']) : null;
  } catch {
    return null;
  }
}
