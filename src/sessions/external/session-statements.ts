import { newId } from '../../base/ids.ts';
import type { Statement } from '../../storage/transaction-query.ts';
import { deleteOldSessionsSql } from '../old-sessions.ts';
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

/** What the statements find about a device: its session unless it is refused. */
export interface Verdict extends SessionRow {
  /** The position of the device, from 1. */
  place: number;
  verdict: 'OPEN' | 'REVOKED' | 'DEACTIVATED' | 'TOO_MANY';
}

/** The most sessions of a user that have not ended, so that one token cannot open any number of them. */
const maxSessions = 100;

/** The devices with their users, who exist. */
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

const deleteOld = deleteOldSessionsSql(`unnest($1::text[]) AS want(person)
  CROSS JOIN LATERAL (SELECT "id" FROM "User" WHERE "externalId" = want.person LIMIT 1) account`);

/**
 * Opens the sessions that are missing. A token opens none if any session of the user was revoked after it was issued:
 * otherwise, a thief with the token of a revoked device could name another device.
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

/** Lets sessions last as long as the newest token of their device. One that has ended counts as a new one. */
const extendSessions = `
  WITH later AS MATERIALIZED (
    SELECT session."id", session."userId", session."expiresAt" <= now() AS "hasEnded", past.lasting,
      max(want.expires) AS expires
    FROM ${devices} ${past} ${ofDevice('CROSS')}
    WHERE session."expiresAt" < want.expires AND account."deactivatedAt" IS NULL
      AND (past."deviceRevoked" IS NULL OR past."deviceRevoked" < want.issued)
    GROUP BY session."id", session."userId", session."expiresAt", past.lasting
  ), longer AS MATERIALIZED (
    SELECT later.*, row_number() OVER (PARTITION BY "userId", "hasEnded") AS number FROM later
  )
  UPDATE "Session" SET "expiresAt" = longer.expires, "lastSeenAt" = now() FROM longer
  WHERE "Session"."id" = longer."id" AND "Session"."id" = ANY (ARRAY(SELECT "id" FROM longer))
    AND (NOT longer."hasEnded" OR longer.lasting + longer.number <= $7::int)`;

const readSessions = `
  SELECT ${sessionColumns},
    CASE
      WHEN account."deactivatedAt" IS NOT NULL THEN 'DEACTIVATED'
      WHEN past."deviceRevoked" >= want.issued THEN 'REVOKED'
      WHEN session."expiresAt" <= now() AND session."expiresAt" < want.expires THEN 'TOO_MANY'
      WHEN session."id" IS NOT NULL THEN 'OPEN'
      WHEN past.revoked >= want.issued THEN 'REVOKED'
      ELSE 'TOO_MANY'
    END AS verdict, want.place::int AS place
  FROM ${devices} ${past} ${ofDevice('LEFT')}
  ORDER BY want.place`;

/**
 * Returns the statements that open the sessions of these devices, or let them last longer, and delete old sessions of the
 * users, who exist and are locked. The last one returns a Verdict for each device.
 */
export function sessionStatements(devices: readonly Device[]): Statement[] {
  const values = valuesOf(devices);
  return [
    { name: 'delete old sessions', text: deleteOld, values: values.slice(0, 1) },
    { name: 'open external sessions', text: openSessions, values: [...values, maxSessions] },
    { name: 'extend external sessions', text: extendSessions, values: [...values, maxSessions] },
    { name: 'read external sessions', text: readSessions, values },
  ];
}

function valuesOf(devices: readonly Device[]): unknown[][] {
  return [
    devices.map(({ claims }) => claims.externalId),
    devices.map(({ key }) => key),
    devices.map(({ claims }) => claims.issuedAt.toISOString()),
    devices.map(({ claims }) => claims.expiresAt.toISOString()),
    devices.map(({ name }) => name),
    devices.map(() => newId()),
  ];
}
