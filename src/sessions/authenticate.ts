import { coalesceDistinct } from '../base/coalesce.ts';
import { isWithin } from '../base/deadlines.ts';
import { accountDeactivated, sessionEnded, unauthenticated } from '../base/errors.ts';
import { preferredLanguage } from '../base/language.ts';
import type { Caller } from '../graphql/context.ts';
import { inOrderOf } from '../graphql/loaders.ts';
import type { Pool } from '../storage/pool.ts';
import { isApiKey } from './api-key.ts';
import { isUsableDeviceId } from './device-id.ts';
import { type ExternalSignIns, externalSessions, type LoadSession, type SignedIn } from './external/sign-in.ts';
import { isExternal } from './external/verify.ts';
import { keyFinder } from './find-key.ts';
import { type SessionRow, sessionColumns } from './session-row.ts';
import type { Tokens } from './tokens.ts';

/** What a request or a connection sends to identify the caller. */
export interface Credentials {
  /** `Authorization: Bearer …` or `connectionParams.token`; null for an anonymous caller. */
  token: string | null;
  /** The device's name for itself; ignored if it has more than 128 characters. */
  deviceId?: string | null;
  /** BCP 47 tags of the languages that the device asks for, the preferred one first. */
  languages?: readonly string[];
  /** Set if the token replaces another one of a connection: its session then keeps the deviceId that it has. */
  isRenewal?: boolean;
}

/**
 * Selects valid sessions, and all sessions of deactivated users, by their ids and users: another index, of sessions by user,
 * contains ids as well, and PostgreSQL might search through that one.
 */
const sessionsStatement = `
  SELECT ${sessionColumns}
  FROM unnest($1::uuid[], $2::uuid[]) AS want(id, person)
  CROSS JOIN LATERAL (SELECT * FROM "Session" WHERE "id" = want.id AND "userId" = want.person LIMIT 1) session
  CROSS JOIN LATERAL (
    SELECT "language", "isAdmin", "deactivatedAt" FROM "User" WHERE "id" = want.person LIMIT 1) account
  WHERE account."deactivatedAt" IS NOT NULL
    OR session."revokedAt" IS NULL AND (session."expiresAt" IS NULL OR session."expiresAt" > now())`;

const attemptMs = 250;

/** Skips a session that another transaction has locked, so that signing in never waits; the next request writes it. */
const areFree = `
  "id" = ANY($1::uuid[]) AND "userId" = ANY($2::uuid[]) AND "id" IN (
    SELECT "id" FROM "Session" WHERE "id" = ANY($1::uuid[]) AND "userId" = ANY($2::uuid[])
    FOR NO KEY UPDATE SKIP LOCKED)`;
const deviceStatement = `UPDATE "Session" SET "deviceId" = $3 WHERE ${areFree}`;
/** The session of an API key has its id. */
const seenStatement = `
  WITH used AS (UPDATE "ApiKey" SET "lastUsedAt" = now() WHERE "id" = ANY($1::uuid[]))
  UPDATE "Session" SET "lastSeenAt" = now() WHERE ${areFree}`;

/**
 * Returns a function that authenticates every caller, over HTTP and WebSocket. A caller without a token is anonymous.
 * Throws UNAUTHENTICATED for a token that is malformed, expired, revoked or signed by another server, and for an API key
 * that is unknown or revoked.
 */
export function authenticator(
  { query, write }: Pick<Pool, 'query' | 'write'>,
  { tokens, external }: { tokens: Tokens; external: ExternalSignIns },
): (credentials: Credentials) => Promise<Caller> {
  const loadByKey = coalesceDistinct((keys: string[]) => loadSessions({ query, write }, keys));
  const load: LoadSession = ({ sessionId, userId }) => loadByKey(`${sessionId} ${userId}`);
  const ofOthers = externalSessions(external, load);
  const ofOurs = async (token: string): Promise<SignedIn> => {
    const claims = await tokens.verify(token);
    const session = await load(claims);
    if (!session) throw sessionEnded();
    if (session.isDeactivated) throw accountDeactivated();
    return { session, expiresAt: claims.expiresAt, lifetimeMs: claims.lifetimeMs };
  };
  const findKey = keyFinder(query);
  const ofKey = async (key: string): Promise<SignedIn> => {
    const found = await findKey(key);
    const session = found && (await load(found));
    if (!session || session.isDeactivated) throw unauthenticated('The API key is unknown or was revoked.');
    return { session, expiresAt: null };
  };
  const signedIn = (token: string, deviceId: string | null): Promise<SignedIn> => {
    if (isApiKey(token)) return ofKey(token);
    // Decoding a token takes ten microseconds, so a known token of ours is not decoded for each request.
    const isOurs = tokens.knows(token) || !isExternal(token);
    return isOurs ? ofOurs(token) : ofOthers(token, deviceId);
  };
  return async ({ token, deviceId: given, languages = [], isRenewal }) => {
    if (!token) return { viewer: null, language: preferredLanguage(languages) };
    const deviceId = given && isUsableDeviceId(given) ? given : null;
    const { session, expiresAt, lifetimeMs } = await signedIn(token, deviceId);
    const { id: sessionId, userId, isAdmin } = session;
    if (!isRenewal && deviceId !== null && deviceId !== session.deviceId)
      await attempt(write('device', deviceStatement, [[sessionId], [userId], deviceId]));
    const language = preferredLanguage([session.deviceLanguage, session.userLanguage, ...languages]);
    const viewer = { userId, sessionId, expiresAt: earlier(expiresAt, session.expiresAt), lifetimeMs, isAdmin };
    return { viewer, language };
  };
}

function earlier(tokenEnd: Date | null, sessionEnd: Date | null): Date | null {
  if (tokenEnd === null || sessionEnd === null) return tokenEnd ?? sessionEnd;
  return sessionEnd < tokenEnd ? sessionEnd : tokenEnd;
}

/** Waits briefly for the write and ignores its errors: users can sign in while the database is read-only. */
async function attempt(work: Promise<unknown>): Promise<void> {
  await isWithin(
    work.catch(() => {}),
    attemptMs,
  );
}

async function loadSessions(
  { query, write }: Pick<Pool, 'query' | 'write'>,
  keys: string[],
): Promise<(SessionRow | null)[]> {
  const wanted = keys.map((key) => key.split(' '));
  const values = [wanted.map(([id]) => id), wanted.map(([, userId]) => userId)];
  const rows = await query<SessionRow & Record<string, unknown>>('sessions', sessionsStatement, values);
  const stale = rows.filter(({ isStale, isDeactivated }) => isStale && !isDeactivated);
  const staleValues = [stale.map(({ id }) => id), stale.map(({ userId }) => userId)];
  if (stale.length > 0) await attempt(write('seen sessions', seenStatement, staleValues));
  return inOrderOf(keys, rows, ({ id, userId }) => `${id} ${userId}`);
}
