import { isWithin } from '../base/deadlines.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { BoundedPool } from './bounded-pool.ts';
import type { Pool } from './pool.ts';

/** How long to wait for an answer, and how long one answer serves all callers. */
const answerMs = 1500;
const freshMs = 500;
/** A pool that has answered within this time is busy, not unavailable. */
const busyMs = 2000;

/** How to check one of the pools. */
interface Check {
  ask: () => Promise<unknown>;
  hasAnswered: (withinMs: number) => boolean;
}

/**
 * Returns a function that says which pools do not work and why; null if all work. It answers within two seconds and asks
 * the database at most twice a second, however often it is called.
 */
export function databaseTroubles(pool: Pool, prisma: PrismaClient, prismaPool: BoundedPool) {
  const checks: Record<string, Check> = {
    reads: { ask: () => pool.query('alive', 'SELECT 1', []), hasAnswered: pool.hasRead },
    writes: {
      ask: () => pool.transaction([{ name: 'writable', text: writable, values: [] }]),
      hasAnswered: pool.hasWritten,
    },
    queries: { ask: () => prisma.$queryRaw`SELECT 1`, hasAnswered: (ms) => prismaPool.hasAnsweredWithin(ms) },
  };
  const troubles = Object.entries(checks).map(([name, check]) => ({ name, troubleOf: troubleOn(check) }));
  return async (): Promise<string | null> => {
    const found = await Promise.all(
      troubles.map(async ({ name, troubleOf }) => ({ name, trouble: await troubleOf() })),
    );
    const texts = found.flatMap(({ name, trouble }) => (trouble ? [`${name}: ${trouble}`] : []));
    return texts.length > 0 ? texts.join('; ') : null;
  };
}

// Changes nothing, and fails if the server refuses to write: a standby, or a read-only database.
const writable = `UPDATE "RoomHead" SET "epoch" = "epoch" WHERE false`;

/** Returns a function that asks one question at a time and gives its outcome to all callers meanwhile. */
function troubleOn({ ask, hasAnswered }: Check): () => Promise<string | null> {
  let asking: Promise<void> | null = null;
  let trouble: string | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  const askOnce = async () => {
    trouble = await ask().then(() => null, describe);
    askedAt = performance.now();
    asking = null;
  };
  return async () => {
    if (performance.now() - askedAt < freshMs) return trouble;
    asking ??= askOnce();
    if (await isWithin(asking, answerMs)) return trouble;
    return hasAnswered(busyMs) ? null : 'no answer';
  };
}

function describe(error: unknown): string {
  // read_only_sql_transaction
  return (error as { code?: string }).code === '25006' ? 'the database is read-only' : 'no answer';
}
