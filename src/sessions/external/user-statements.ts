import { newId } from '../../base/ids.ts';
import type { Statement } from '../../storage/transaction-query.ts';
import { usernamesFor } from '../../users/claimed-names.ts';
import { displayNameColumns } from '../../users/display-name.ts';
import type { Username } from '../../users/usernames.ts';
import type { ExternalClaims } from './claims.ts';

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

/**
 * Returns the statements that create the users of these claims who are missing, lock all of them, and update those whose
 * profile has changed. The last one returns the ids of these.
 */
export function userStatements(claims: readonly ExternalClaims[]): Statement[] {
  const users = newestOfEach(claims);
  const people = users.map(({ externalId }) => externalId);
  const names = users.map(({ profile }) => usernamesFor(profile));
  // The second statement creates only the users whose wanted username was taken: all others exist by then.
  return [
    creation(
      users,
      names.map(({ wanted }) => wanted),
    ),
    creation(
      users,
      names.map(({ otherwise }) => otherwise),
    ),
    { name: 'lock external users', text: lockUsers, values: [people] },
    { name: 'update external users', text: updateUsers, values: changesOf(users) },
  ];
}

function creation(users: readonly ExternalClaims[], usernames: readonly Username[]): Statement {
  const names = users.map(({ profile }, index) =>
    displayNameColumns(profile.displayName ?? usernames[index]?.username ?? ''),
  );
  const values = [
    users.map(({ externalId }) => externalId),
    users.map(() => newId()),
    usernames.map(({ username }) => username),
    usernames.map(({ skeleton }) => skeleton),
    names.map(({ displayName }) => displayName),
    names.map(({ searchName }) => searchName),
    users.map(({ profile }) => profile.avatarUrl),
    users.map(({ profile }) => profile.language),
  ];
  return { name: 'create external users', text: createUsers, values };
}

function changesOf(users: readonly ExternalClaims[]): unknown[][] {
  return [
    users.map(({ externalId }) => externalId),
    users.map(({ profile }) => profile.digest),
    users.map(({ issuedAt }) => issuedAt.toISOString()),
    users.map(({ profile }) => profile.displayName),
    users.map(({ profile: { displayName } }) => displayName && displayNameColumns(displayName).searchName),
    users.map(({ profile }) => profile.avatarUrl),
    users.map(({ profile }) => profile.language),
  ];
}

/**
 * Returns the newest claims about each user, in the order of their ids: transactions that lock rows in the same order never
 * wait for each other in a circle.
 */
function newestOfEach(all: readonly ExternalClaims[]): ExternalClaims[] {
  const newest = new Map<string, ExternalClaims>();
  for (const claims of all) {
    const other = newest.get(claims.externalId);
    if (!other || other.issuedAt <= claims.issuedAt) newest.set(claims.externalId, claims);
  }
  return [...newest.values()].sort((one, other) => (one.externalId < other.externalId ? -1 : 1));
}
