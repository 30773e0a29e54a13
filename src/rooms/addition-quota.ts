import { ChatError, invalidInput, rateLimited } from '../base/errors.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';

interface Additions<Result> {
  /** How many users are to be added who are not members yet. */
  count: number;
  /** The input field of the users. */
  path: readonly string[];
  /** Adds the users. */
  add: () => Promise<Result>;
  /** Returns how many of them were added at this time or later. */
  addedSince: (at: Date, result: Result) => number;
}

/**
 * Adds users to a room, as many as the viewer may still add in this hour; administrators may add any number. First, this
 * reserves the additions, in one statement that locks the viewer's row: calls at the same time and on other nodes never add
 * more together. Afterwards, it gives back what was not used. The statement that writes members knows nothing of the quota.
 * Throws RATE_LIMITED, and INVALID_INPUT for more users than one hour allows.
 */
export async function withinQuota<Result>(context: Context, additions: Additions<Result>): Promise<Result> {
  const { count, path, add, addedSince } = additions;
  const { userId, isAdmin } = requireViewer(context);
  const { prisma, additionsPerHour: limit } = context.services;
  if (count === 0 || isAdmin) return add();
  if (count > limit) {
    throw invalidInput(`Got ${count} users to add; a user can add ${limit} per hour.`, path, 'additionsPerHour');
  }
  const quota = { prisma, userId, limit };
  const at = await reserve(quota, count);
  if (!at) throw rateLimited(`You can add ${limit} users per hour.`, await waitOf(quota, count));
  try {
    const result = await add();
    await giveBack(quota, at, count - addedSince(at, result));
    return result;
  } catch (error) {
    // After another error, the users may have been added.
    if (error instanceof ChatError && error.code !== 'UNKNOWN_OUTCOME') await giveBack(quota, at, count);
    throw error;
  }
}

interface Quota {
  prisma: PrismaClient;
  userId: string;
  limit: number;
}

/** Returns the time of the reservation, which is stored once for each addition; null if there are too many. */
async function reserve({ prisma, userId, limit }: Quota, count: number): Promise<Date | null> {
  const [reserved] = await prisma.$queryRaw<{ at: Date }[]>`
    INSERT INTO "AdditionQuota" AS quota ("userId", "times")
    SELECT ${userId}::uuid, array_fill(clock_timestamp()::timestamptz(3), ARRAY[${count}::int])
    ON CONFLICT ("userId") DO UPDATE SET "times" = ARRAY(
      SELECT time FROM unnest(quota."times") AS time WHERE time > excluded."times"[1] - interval '1 hour' ORDER BY time
    ) || excluded."times"
    WHERE (
      SELECT count(*) FROM unnest(quota."times") AS time WHERE time > excluded."times"[1] - interval '1 hour'
    ) + ${count}::int <= ${limit}::int
    RETURNING "times"[cardinality("times")] AS at`;
  return reserved?.at ?? null;
}

/** Gives additions back. If that fails, the viewer can add fewer in this hour; the answer does not change. */
async function giveBack({ prisma, userId }: Quota, at: Date, count: number): Promise<void> {
  if (count <= 0) return;
  const statement = prisma.$executeRaw`
    UPDATE "AdditionQuota" SET "times" = ARRAY(
      SELECT time FROM (
        SELECT time, row_number() OVER (PARTITION BY time) AS rank FROM unnest("times") AS time
      ) ranked WHERE time <> ${at} OR rank > ${count}::int ORDER BY time
    ) WHERE "userId" = ${userId}::uuid`;
  await statement.catch(() => {});
}

/** Returns in how many ms so many additions are possible, if nothing is added until then. */
async function waitOf({ prisma, userId, limit }: Quota, count: number): Promise<number> {
  const rows = await prisma.$queryRaw<{ waitMs: number }[]>`
    SELECT ceil(extract(epoch FROM time + interval '1 hour' - clock_timestamp()) * 1000)::int AS "waitMs"
    FROM "AdditionQuota" quota, unnest(quota."times") AS time
    WHERE quota."userId" = ${userId}::uuid AND time > clock_timestamp() - interval '1 hour' ORDER BY time`;
  return Math.max(1, rows[rows.length + count - limit - 1]?.waitMs ?? 1);
}
