import { ChatError, invalidInput, rateLimited } from '../base/errors.ts';
import { Prisma, type PrismaClient } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';

/** What users may do so many times within an hour. */
interface Kind {
  /** The table with the times of each user. */
  table: 'AdditionQuota' | 'ConversationQuota' | 'ModerationQuota' | 'RoomQuota';
  /** The option with the limit. */
  limit: 'additionsPerHour' | 'conversationsPerHour' | 'formerMembersPerHour' | 'roomsPerHour';
  /** What is counted, for errors. */
  what: string;
}

export const additions: Kind = { table: 'AdditionQuota', limit: 'additionsPerHour', what: 'add %d users' };
export const newRooms: Kind = { table: 'RoomQuota', limit: 'roomsPerHour', what: 'create %d rooms' };
export const conversations: Kind = {
  table: 'ConversationQuota',
  limit: 'conversationsPerHour',
  what: 'open %d new conversations',
};

export const formerMembers: Kind = {
  table: 'ModerationQuota',
  limit: 'formerMembersPerHour',
  what: 'ban, unban, mute or unmute former members %d times',
};

interface Use<Result> {
  kind: Kind;
  /** How many times the viewer is about to do it. */
  count: number;
  /** The input field, for the error if there are more than one hour allows. */
  path: readonly string[];
  run: () => Promise<Result>;
  /** Returns how many times it was done, at this time or later. */
  doneSince: (at: Date, result: Result) => number;
}

/**
 * Does something as many times as the viewer may still do it in this hour; administrators may do it any number of times. First,
 * this reserves the uses, in one statement that locks the viewer's row: calls at the same time and on other nodes never
 * exceed the limit together. Afterwards, it gives back what was not used. The statement that writes rooms and members knows
 * nothing of the quota. Throws RATE_LIMITED, and INVALID_INPUT for more than one hour allows.
 */
export async function withinQuota<Result>(context: Context, use: Use<Result>): Promise<Result> {
  const { kind, count, path, run, doneSince } = use;
  const { userId, isAdmin } = requireViewer(context);
  const { prisma, [kind.limit]: limit } = context.services;
  if (count === 0 || isAdmin) return run();
  const allowed = `You can ${kind.what.replace('%d', String(limit))} per hour`;
  if (count > limit) throw invalidInput(`${allowed}; got ${count}.`, path, kind.limit);
  const quota = { prisma, table: Prisma.raw(`"${kind.table}"`), userId, limit };
  const at = await reserve(quota, count);
  if (!at) throw rateLimited(`${allowed}.`, await waitOf(quota, count));
  try {
    const result = await run();
    await giveBack(quota, at, count - doneSince(at, result));
    return result;
  } catch (error) {
    // After another error, it may have been done.
    if (error instanceof ChatError && error.code !== 'UNKNOWN_OUTCOME') await giveBack(quota, at, count);
    throw error;
  }
}

interface Quota {
  prisma: PrismaClient;
  table: Prisma.Sql;
  userId: string;
  limit: number;
}

/**
 * SQL: whether `time` counts. One that is later than the present does not: the clock of the database was set back, perhaps by
 * hours. The present is that of the comparison, as another call may have reserved while this one waited for the row.
 */
const isRecent = Prisma.raw("time BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp()");

/** Returns the time of the reservation, which is stored once for each use; null if there are too many. */
async function reserve({ prisma, table, userId, limit }: Quota, count: number): Promise<Date | null> {
  const [reserved] = await prisma.$queryRaw<{ at: Date }[]>`
    INSERT INTO ${table} AS quota ("userId", "times")
    SELECT ${userId}::uuid, array_fill(date_trunc('milliseconds', clock_timestamp()), ARRAY[${count}::int])
    ON CONFLICT ("userId") DO UPDATE SET "times" = ARRAY(
      SELECT time FROM unnest(quota."times") AS time WHERE ${isRecent} ORDER BY time
    ) || excluded."times"
    WHERE (
      SELECT count(*) FROM unnest(quota."times") AS time WHERE ${isRecent}
    ) + ${count}::int <= ${limit}::int
    RETURNING "times"[cardinality("times")] AS at`;
  return reserved?.at ?? null;
}

/** Gives uses back. If that fails, the viewer has fewer in this hour; the answer does not change. */
async function giveBack({ prisma, table, userId }: Quota, at: Date, count: number): Promise<void> {
  if (count <= 0) return;
  const statement = prisma.$executeRaw`
    UPDATE ${table} SET "times" = ARRAY(
      SELECT time FROM (
        SELECT time, row_number() OVER (PARTITION BY time) AS rank FROM unnest("times") AS time
      ) ranked WHERE time <> ${at} OR rank > ${count}::int ORDER BY time
    ) WHERE "userId" = ${userId}::uuid`;
  await statement.catch(() => {});
}

/** Returns in how many ms so many uses are possible, if there is none until then. */
async function waitOf({ prisma, table, userId, limit }: Quota, count: number): Promise<number> {
  const rows = await prisma.$queryRaw<{ waitMs: number }[]>`
    SELECT ceil(extract(epoch FROM time + interval '1 hour' - clock_timestamp()) * 1000)::int AS "waitMs"
    FROM ${table} quota, unnest(quota."times") AS time
    WHERE quota."userId" = ${userId}::uuid AND ${isRecent} ORDER BY time`;
  return Math.max(1, rows[rows.length + count - limit - 1]?.waitMs ?? 1);
}
