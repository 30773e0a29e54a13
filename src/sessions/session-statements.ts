import { newId } from '../base/ids.ts';
import type { Statement } from '../storage/transaction-query.ts';
import { deleteOldSessionsSql } from './old-sessions.ts';
import { type SessionRow, sessionColumns } from './session-row.ts';

/** A device of a user that signs in. */
export interface Device {
  /** The user: `externalId` or `id`, as the caller says. */
  person: string;
  /** Identifies the device among those of its user. */
  key: string;
  /** The name of the device, for the list of sessions; null if it has none. */
  name: string | null;
  /** When its token was issued: none opens the session of a device that was revoked later. Null: after the call. */
  issuedAt: Date | null;
  expiresAt: Date;
}

/** What the statements find about a device: its session unless it is refused. */
export interface Verdict extends SessionRow {
  /** The position of the device, from 1. */
  place: number;
  verdict: 'OPEN' | 'REVOKED' | 'DEACTIVATED' | 'TOO_MANY';
}

/** The most sessions of a user that have not ended, so that one token cannot open any number of them. */
export const maxSessions = 100;

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

/** The column of `User` that a device names its user by, and its type. */
const persons = { externalId: 'text', id: 'uuid' };
export type PersonColumn = keyof typeof persons;

/** Returns the texts of the statements for devices that name their users by a column. */
function textsBy(column: PersonColumn) {
  const ofWanted = `CROSS JOIN LATERAL (SELECT * FROM "User" WHERE "${column}" = want.person LIMIT 1) account`;
  // The devices with their users, who exist.
  const devices = `
    unnest($1::${persons[column]}[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::uuid[])
      WITH ORDINALITY AS want(person, key, issued, expires, name, id, place) ${ofWanted}`;
  return {
    deleteOld: deleteOldSessionsSql(`unnest($1::${persons[column]}[]) AS want(person) ${ofWanted}`),
    open: openSessions(devices),
    extend: extendSessions(devices),
    read: readSessions(devices),
  };
}

/**
 * Opens the sessions that are missing. A token opens none if any session of the user was revoked after it was issued:
 * otherwise, a thief with the token of a revoked device could name another device.
 */
const openSessions = (devices: string) => `
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
const extendSessions = (devices: string) => `
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

const readSessions = (devices: string) => `
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

const texts = { externalId: textsBy('externalId'), id: textsBy('id') };

/**
 * Returns the statements that open the sessions of these devices, or let them last longer, and delete old sessions of the
 * users, who exist and are locked. The last one returns a Verdict for each device.
 */
export function sessionStatements(devices: readonly Device[], by: PersonColumn): Statement[] {
  const values = valuesOf(devices);
  const { deleteOld, open, extend, read } = texts[by];
  return [
    { name: `delete old sessions, by ${by}`, text: deleteOld, values: values.slice(0, 1) },
    { name: `open sessions, by ${by}`, text: open, values: [...values, maxSessions] },
    { name: `extend sessions, by ${by}`, text: extend, values: [...values, maxSessions] },
    { name: `read sessions, by ${by}`, text: read, values },
  ];
}

function valuesOf(devices: readonly Device[]): unknown[][] {
  return [
    devices.map(({ person }) => person),
    devices.map(({ key }) => key),
    devices.map(({ issuedAt }) => issuedAt?.toISOString() ?? 'infinity'),
    devices.map(({ expiresAt }) => expiresAt.toISOString()),
    devices.map(({ name }) => name),
    devices.map(() => newId()),
  ];
}
