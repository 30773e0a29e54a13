/**
 * How long a session stays in the database after its end. A revoked session refuses the tokens that its issuer gave to the
 * device before: longer than nearly all tokens last.
 */
const keptDays = 30;
/** How many of a user one statement deletes: more than are created meanwhile, so that a large rest vanishes too. */
const atOnce = 100;

/**
 * Returns a statement that deletes sessions which ended long ago. Whatever opens a session executes it before, so that the
 * sessions of a user are at most those of the last month. The session of an API key never ends unless it is revoked.
 * `users`: SQL that names the users, whose rows are locked, as `account`.
 */
export function deleteOldSessionsSql(users: string): string {
  return `
  DELETE FROM "Session" WHERE "id" = ANY (ARRAY(
    SELECT old."id" FROM ${users} CROSS JOIN LATERAL (
      SELECT "id" FROM "Session"
      WHERE "userId" = account."id" AND greatest("expiresAt", "revokedAt") < now() - interval '${keptDays} days'
      ORDER BY "userId" DESC, "id" DESC LIMIT ${atOnce}
    ) old))`;
}
