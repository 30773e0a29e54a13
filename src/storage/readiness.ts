import { isWithin } from '../base/deadlines.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { BoundedPool } from './bounded-pool.ts';
import type { Pool } from './pool.ts';

/** How long to wait for an answer, and how long an answer serves all who ask. */
const answerMs = 1500;
const freshMs = 500;
/** A pool that was of use so lately is busy rather than away. */
const usefulMs = 2000;

/** A way to the database that serves requests. */
interface Way {
  ask: () => Promise<unknown>;
  hasAnswered: (withinMs: number) => boolean;
}

/**
 * Returns what says, within two seconds and however often it is asked, which ways to the database do not work and why;
 * null if all do.
 */
export function databaseTroubles(pool: Pool, prisma: PrismaClient, prismaPool: BoundedPool) {
  const ways: Record<string, Way> = {
    reads: { ask: () => pool.query('alive', 'SELECT 1', []), hasAnswered: pool.hasRead },
    // Changes nothing, and is refused where writing is: on a standby, or while the database is read-only.
    writes: {
      ask: () => pool.transaction([{ name: 'writable', text: writable, values: [] }]),
      hasAnswered: pool.hasWritten,
    },
    queries: { ask: () => prisma.$queryRaw`SELECT 1`, hasAnswered: (ms) => prismaPool.hasAnsweredWithin(ms) },
  };
  const troubles = Object.entries(ways).map(([name, way]) => ({ name, troubleOf: troubleOn(way) }));
  return async (): Promise<string | null> => {
    const found = await Promise.all(
      troubles.map(async ({ name, troubleOf }) => ({ name, trouble: await troubleOf() })),
    );
    const texts = found.flatMap(({ name, trouble }) => (trouble ? [`${name}: ${trouble}`] : []));
    return texts.length > 0 ? texts.join('; ') : null;
  };
}

const writable = `UPDATE "RoomHead" SET "epoch" = "epoch" WHERE false`;

/** Asks one question at a time, and answers all who come meanwhile with what becomes of it. */
function troubleOn({ ask, hasAnswered }: Way): () => Promise<string | null> {
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
    return hasAnswered(usefulMs) ? null : 'no answer';
  };
}

function describe(error: unknown): string {
  // read_only_sql_transaction
  return (error as { code?: string }).code === '25006' ? 'the database is read-only' : 'no answer';
}
