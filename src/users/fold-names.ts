import type { Logger } from 'pino';
import { foldText } from '../base/names.ts';
import type { PrismaClient, User } from '../generated/prisma/client.ts';
import { skeletonOf } from './usernames.ts';

/** Users in one statement, which locks their rows for some milliseconds. */
const atOnce = 500;
/** While nodes of an older version run, they create users without these columns. */
const everyMs = 10 * 60_000;

type Names = Pick<User, 'id' | 'username' | 'displayName'>;

/**
 * Computes the columns `skeleton` and `searchName` of all users who lack them, in batches, until `isOver`. If an older user has
 * the same skeleton, both keep their usernames: the later one gets a skeleton that no new username can have.
 */
export async function foldNames(prisma: PrismaClient, isOver: () => boolean = () => false): Promise<void> {
  while (!isOver()) {
    const users = await prisma.$queryRaw<Names[]>`
      SELECT "id", "username", "displayName" FROM "User"
      WHERE "skeleton" IS NULL OR "searchName" IS NULL ORDER BY "id" LIMIT ${atOnce}`;
    // If none is written, another node has locked all of them, and folds them itself.
    if (users.length === 0 || (await foldBatch(prisma, users)) === 0) return;
  }
}

function foldBatch(prisma: PrismaClient, users: readonly Names[]): Promise<number> {
  const ids = users.map(({ id }) => id);
  const skeletons = users.map(({ username }) => skeletonOf(username));
  const names = users.map(({ displayName }) => displayName);
  const folded = names.map(foldText);
  // The display name is compared, as it may have changed since it was read.
  return prisma.$executeRaw`
    WITH want AS MATERIALIZED (
      SELECT want.* FROM unnest(${ids}::uuid[], ${skeletons}::text[], ${names}::text[], ${folded}::text[])
        AS want(id, skeleton, name, folded)
      JOIN "User" free ON free."id" = want.id
      WHERE free."id" = ANY(${ids}::uuid[]) AND (free."skeleton" IS NULL OR free."searchName" IS NULL)
      ORDER BY want.id FOR UPDATE OF free SKIP LOCKED
    ), ranked AS (
      SELECT want.*, row_number() OVER (PARTITION BY skeleton ORDER BY id) = 1
        AND NOT EXISTS (SELECT FROM "User" other WHERE other."skeleton" = want.skeleton) AS "isFirst"
      FROM want
    )
    UPDATE "User" account SET
      "skeleton" = coalesce(account."skeleton", CASE WHEN "isFirst" THEN ranked.skeleton ELSE ranked.skeleton || ' ' || ranked.id END),
      "searchName" = CASE WHEN account."displayName" = ranked.name THEN ranked.folded ELSE account."searchName" END
    FROM ranked WHERE account."id" = ranked.id AND account."id" = ANY(${ids}::uuid[])`;
}

/** Folds names now, and from time to time. Returns a function that ends this: after it resolves, no statement runs. */
export function keepNamesFolded(prisma: PrismaClient, log: Logger): () => Promise<void> {
  let isOver = false;
  let timer: NodeJS.Timeout;
  const run = async () => {
    // The next run does what this one could not.
    await foldNames(prisma, () => isOver).catch((error) => log.debug({ err: error }, 'names were not folded'));
    if (!isOver) timer = setTimeout(start, everyMs).unref();
  };
  let running: Promise<void>;
  const start = () => {
    running = run();
  };
  start();
  return () => {
    isOver = true;
    clearTimeout(timer);
    return running;
  };
}
