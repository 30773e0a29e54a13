import { coalesce } from '../base/coalesce.ts';
import type { Session, User } from '../generated/prisma/client.ts';
import { failureOf } from '../storage/failures.ts';
import type { Query } from '../storage/pool.ts';

/** A new session, with its user. The server that signs the user in makes the ids and times. */
export interface SignIn {
  user: User;
  session: Session;
}

/** One statement creates this many at most. */
const maxTogether = 256;

/** The ids are ours, so a conflict means that an earlier attempt was committed although its answer was lost. */
const statement = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::"UserKind"[],
      $7::uuid[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[])
      AS want("userId", "username", "skeleton", "displayName", "searchName", "kind", "sessionId", "deviceId", "language", "createdAt", "expiresAt")
  ), account AS (
    INSERT INTO "User" ("id", "username", "skeleton", "displayName", "searchName", "kind", "createdAt")
    SELECT "userId", "username", "skeleton", "displayName", "searchName", "kind", "createdAt" FROM want
    ON CONFLICT ("id") DO NOTHING
  )
  INSERT INTO "Session" ("id", "userId", "deviceId", "language", "createdAt", "lastSeenAt", "expiresAt")
  SELECT "sessionId", "userId", "deviceId", "language", "createdAt", "createdAt", "expiresAt" FROM want
  ON CONFLICT ("id") DO NOTHING`;

/**
 * Returns a function that stores a new user with a session. While a statement runs, further sign-ins gather for the next
 * one: a crowd costs a few statements, and a single sign-in starts at once. If a username is taken, all sign-ins of the
 * statement fail with that error; nothing was stored then.
 */
export function signInStore(write: Query): (signIn: SignIn) => Promise<void> {
  return coalesce(async (signIns) => {
    await repeatLost(() => write('sign in', statement, valuesOf(signIns)));
    return signIns.map(() => undefined);
  }, maxTogether);
}

function valuesOf(signIns: readonly SignIn[]): unknown[][] {
  return [
    signIns.map(({ user }) => user.id),
    signIns.map(({ user }) => user.username),
    signIns.map(({ user }) => user.skeleton),
    signIns.map(({ user }) => user.displayName),
    signIns.map(({ user }) => user.searchName),
    signIns.map(({ user }) => user.kind),
    signIns.map(({ session }) => session.id),
    signIns.map(({ session }) => session.deviceId),
    signIns.map(({ session }) => session.language),
    signIns.map(({ session }) => session.createdAt.toISOString()),
    signIns.map(({ session }) => session.expiresAt?.toISOString() ?? null),
  ];
}

/** Runs `work` again if its connection is lost. If that fails too, the outcome of the first attempt is unknown. */
async function repeatLost(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (lost) {
    if (failureOf(lost) !== 'LOST') throw lost;
    await work().catch(() => {
      throw lost;
    });
  }
}
