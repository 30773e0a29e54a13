/** A session, with what authentication needs to know of its user. */
export interface SessionRow {
  id: string;
  userId: string;
  deviceId: string | null;
  deviceLanguage: string | null;
  userLanguage: string | null;
  expiresAt: Date | null;
  isAdmin: boolean;
  isStale: boolean;
  /** The user cannot sign in. Such a session is returned so that the caller is told why it has ended. */
  isDeactivated: boolean;
}

/**
 * The columns of a SessionRow, of `session` and `account`. `isStale` means that `lastSeenAt` is more than a minute old and
 * must be updated.
 */
export const sessionColumns = `session."id", session."userId", session."deviceId", session."language" AS "deviceLanguage",
    session."expiresAt", account."language" AS "userLanguage", account."isAdmin",
    session."lastSeenAt" < now() - interval '1 minute' AS "isStale", account."deactivatedAt" IS NOT NULL AS "isDeactivated"`;
