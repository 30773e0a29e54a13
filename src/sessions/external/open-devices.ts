import { coalesce } from '../../base/coalesce.ts';
import { rateLimited } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { failureOf } from '../../storage/failures.ts';
import type { Transaction } from '../../storage/pool.ts';
import type { Statement } from '../../storage/transaction-query.ts';
import { usernamesFor } from '../../users/claimed-names.ts';
import { displayNameColumns } from '../../users/display-name.ts';
import type { Username } from '../../users/usernames.ts';
import { type SessionRow, sessionColumns } from '../session-row.ts';
import type { ExternalClaims } from './claims.ts';

/** A device that uses a token of another issuer for the first time on this node. */
export interface Device {
  claims: ExternalClaims;
  /** Identifies the device among those of its user. */
  key: string;
  /** The name of the device, for the list of sessions; null if it has none. */
  name: string | null;
}

/** The session of the device, or why it has none. */
export type Opened = SessionRow | 'REVOKED' | 'DEACTIVATED' | 'TOO_MANY';

/** The most sessions of a user that have not ended, so that one token cannot open any number of them. */
const maxSessions = 100;
const maxTogether = 100;

/** Creates the users who are missing, unless somebody has their username, or one that looks like it. */
const createUsers = `
  INSERT INTO "User"
    ("id", "username", "skeleton", "displayName", "searchName", "avatarUrl", "language", "externalId", "createdAt")
  SELECT want.id, want.username, want.skeleton, want.name, want.folded, want.avatar, want.language, want.person, now()
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
    AS want(person, id, username, skeleton, name, folded, avatar, language)
  LEFT JOIN LATERAL (SELECT "id" FROM "User" WHERE "externalId" = want.person LIMIT 1) known ON true
  WHERE known."id" IS NULL
  ON CONFLICT DO NOTHING`;

/** Locks the users in the order of their ids at the issuer: from here on, no other node opens devices of theirs. */
const lockUsers = `
  SELECT account."id" FROM unnest($1::text[]) AS want(person)
  CROSS JOIN LATERAL (SELECT "id" FROM "User" WHERE "externalId" = want.person LIMIT 1 FOR NO KEY UPDATE) account`;

/** Updates the users whose claims have changed. Claims of a token that is older than the last one change nothing. */
const updateUsers = `
  WITH want AS MATERIALIZED (
    SELECT account."id", claimed.* FROM unnest(
        $1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[])
      AS claimed(person, digest, issued, name, folded, avatar, language)
    CROSS JOIN LATERAL (SELECT "id" FROM "User" WHERE "externalId" = claimed.person LIMIT 1) account
  ), changed AS (
    INSERT INTO "SeenClaims" AS seen ("userId", "digest", "issuedAt") SELECT "id", digest, issued FROM want
    ON CONFLICT ("userId") DO UPDATE SET "digest" = excluded."digest", "issuedAt" = excluded."issuedAt"
    WHERE seen."digest" <> excluded."digest" AND seen."issuedAt" <= excluded."issuedAt"
    RETURNING "userId"
  )
  UPDATE "User" account SET "displayName" = coalesce(want.name, "displayName"),
    "searchName" = coalesce(want.folded, "searchName"),
    "avatarUrl" = coalesce(want.avatar, "avatarUrl"), "language" = coalesce(want.language, account."language")
  FROM want
  WHERE account."id" = want."id" AND account."id" = ANY (ARRAY(SELECT "userId" FROM changed))
  RETURNING account."id"`;

const devices = `
  unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::uuid[])
    WITH ORDINALITY AS want(person, key, issued, expires, name, id, place)
  CROSS JOIN LATERAL (SELECT * FROM "User" WHERE "externalId" = want.person LIMIT 1) account`;

/** Join: when sessions of the user, and of the device, were last revoked, and how many of the user have not ended. */
const past = `
  CROSS JOIN LATERAL (
    SELECT max("revokedAt") AS revoked, max("revokedAt") FILTER (WHERE "deviceKey" = want.key) AS "deviceRevoked",
      count(*) FILTER (WHERE "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now())) AS lasting
    FROM "Session" WHERE "userId" = account."id"
  ) past`;

/** Join: the session of the device. Lists the sessions of the user in the order of their index. */
const ofDevice = (kind: 'LEFT' | 'CROSS') => `
  ${kind} JOIN LATERAL (
    SELECT * FROM "Session" WHERE "userId" = account."id" AND "deviceKey" = want.key AND "revokedAt" IS NULL
    ORDER BY "userId" DESC, "id" DESC LIMIT 1
  ) session ${kind === 'LEFT' ? 'ON true' : ''}`;

/**
 * Opens the sessions that are missing. A token that was issued before any session of the user was revoked opens none: who
 * holds the token of a revoked device could otherwise name another device.
 */
const openSessions = `
  INSERT INTO "Session" ("id", "userId", "deviceKey", "deviceId", "createdAt", "lastSeenAt", "expiresAt")
  SELECT DISTINCT ON ("userId", key) id, "userId", key, name, now(), now(), expires FROM (
    SELECT want.*, account."id" AS "userId", past.lasting, row_number() OVER (PARTITION BY account."id") AS number
    FROM ${devices} ${past} ${ofDevice('LEFT')}
    WHERE session."id" IS NULL AND account."deactivatedAt" IS NULL
      AND (past.revoked IS NULL OR past.revoked < want.issued)
  ) fresh
  WHERE lasting + number <= $7::int
  ORDER BY "userId", key, expires DESC`;

/** Lets sessions last as long as the newest token of their device. */
const extendSessions = `
  WITH longer AS MATERIALIZED (
    SELECT session."id", max(want.expires) AS expires FROM ${devices} ${past} ${ofDevice('CROSS')}
    WHERE session."expiresAt" < want.expires AND account."deactivatedAt" IS NULL
      AND (past."deviceRevoked" IS NULL OR past."deviceRevoked" < want.issued)
    GROUP BY session."id"
  )
  UPDATE "Session" SET "expiresAt" = longer.expires, "lastSeenAt" = now() FROM longer
  WHERE "Session"."id" = longer."id" AND "Session"."id" = ANY (ARRAY(SELECT "id" FROM longer))`;

const readSessions = `
  SELECT ${sessionColumns},
    CASE
      WHEN account."deactivatedAt" IS NOT NULL THEN 'DEACTIVATED'
      WHEN past."deviceRevoked" >= want.issued THEN 'REVOKED'
      WHEN session."id" IS NOT NULL THEN 'OPEN'
      WHEN past.revoked >= want.issued THEN 'REVOKED'
      ELSE 'TOO_MANY'
    END AS verdict, want.place::int AS place
  FROM ${devices} ${past} ${ofDevice('LEFT')}
  ORDER BY want.place`;

interface Verdict extends SessionRow {
  /** From 1. */
  place: number;
  verdict: 'OPEN' | Exclude<Opened, SessionRow>;
}

/**
 * Returns a function that opens devices: it creates or updates the user, and finds or creates the session, in one exchange
 * with the database. Devices that come meanwhile wait for the next one. `onChange` is called with the id of each user
 * whose profile has changed.
 */
export function deviceOpener(
  transaction: Transaction,
  onChange: (userId: string) => void,
): (device: Device) => Promise<Opened> {
  return coalesce(async (devices) => {
    const answers = await retryOnce(() => transaction(statementsFor(devices)));
    for (const { id } of answers[updated] as { id: string }[]) onChange(id);
    const verdicts = new Map((answers[read] as Verdict[]).map((row) => [row.place, row]));
    return devices.map((_device, index) => openedBy(verdicts.get(index + 1)));
  }, maxTogether);
}

/** A user is missing if others have taken both usernames at the same moment. */
function openedBy(row: Verdict | undefined): Opened {
  if (!row) throw rateLimited('The account could not be created. Try again.');
  return row.verdict === 'OPEN' ? row : row.verdict;
}

/** Positions of answers in a transaction. */
const [updated, read] = [3, 6];

function statementsFor(devices: readonly Device[]): Statement[] {
  const users = newestOfEach(devices);
  const named = users.map((claims) => ({ ...claims, names: usernamesFor(claims.profile) }));
  const people = users.map(({ externalId }) => externalId);
  const profiles = users.map(({ profile }) => profile);
  const ofProfiles = [profiles.map(({ avatarUrl }) => avatarUrl), profiles.map(({ language }) => language)];
  const names = named.map(({ profile, names }) => displayNameColumns(profile.displayName ?? names.wanted.username));
  const create = (usernames: Username[]): Statement => ({
    name: 'create external users',
    text: createUsers,
    values: [
      people,
      users.map(() => newId()),
      usernames.map(({ username }) => username),
      usernames.map(({ skeleton }) => skeleton),
      names.map(({ displayName }) => displayName),
      names.map(({ searchName }) => searchName),
      ...ofProfiles,
    ],
  });
  const changes = [
    people,
    profiles.map(({ digest }) => digest),
    users.map(({ issuedAt }) => issuedAt.toISOString()),
    profiles.map(({ displayName }) => displayName),
    profiles.map(({ displayName }) => displayName && displayNameColumns(displayName).searchName),
    ...ofProfiles,
  ];
  const wanted = deviceValues(devices);
  return [
    create(named.map(({ names }) => names.wanted)),
    create(named.map(({ names }) => names.otherwise)),
    { name: 'lock external users', text: lockUsers, values: [people] },
    { name: 'update external users', text: updateUsers, values: changes },
    { name: 'open external sessions', text: openSessions, values: [...wanted, maxSessions] },
    { name: 'extend external sessions', text: extendSessions, values: wanted },
    { name: 'read external sessions', text: readSessions, values: wanted },
  ];
}

function deviceValues(devices: readonly Device[]): unknown[][] {
  return [
    devices.map(({ claims }) => claims.externalId),
    devices.map(({ key }) => key),
    devices.map(({ claims }) => claims.issuedAt.toISOString()),
    devices.map(({ claims }) => claims.expiresAt.toISOString()),
    devices.map(({ name }) => name),
    devices.map(() => newId()),
  ];
}

/** Returns the newest claims about each user, in the order of their ids: transactions that lock in one order never block each other. */
function newestOfEach(devices: readonly Device[]): ExternalClaims[] {
  const newest = new Map<string, ExternalClaims>();
  for (const { claims } of devices) {
    const other = newest.get(claims.externalId);
    if (!other || other.issuedAt <= claims.issuedAt) newest.set(claims.externalId, claims);
  }
  return [...newest.values()].sort((one, other) => (one.externalId < other.externalId ? -1 : 1));
}

/** Runs `work` again if its connection was lost, or another transaction was preferred: repeating it changes nothing more. */
async function retryOnce<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== 'LOST' && failure !== 'CONFLICT') throw error;
    return work();
  }
}
