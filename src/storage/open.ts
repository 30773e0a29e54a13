import { join } from 'node:path';
import type { Opening } from '../base/opening.ts';
import { packageRoot } from '../base/package-root.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { openDataDir } from './data-dir.ts';
import { migrate } from './migrate.ts';
import { openPool, type Pool } from './pool.ts';
import { poolSizes } from './pool-sizes.ts';
import { openPrisma, prismaPool } from './prisma.ts';
import { databaseTroubles } from './readiness.ts';
import { requireUsable } from './usable.ts';

/** The connections to the database, through Prisma and for the hot statements. */
export interface OpenedStorage {
  prisma: PrismaClient;
  pool: Pool;
  /** Returns in one line what does not work in the database; null if everything works. */
  findTroubles: () => Promise<string | null>;
}

/** Opens the database of the configuration, or else the embedded one, and migrates it. */
export async function openStorage(opening: Opening): Promise<OpenedStorage> {
  const { config, log, onClose } = opening;
  const embedded = config.databaseUrl ? null : await openDataDir(config.dataDir, log);
  if (embedded) onClose(() => embedded.close());
  const databaseUrl = await requireUsable(config.databaseUrl ?? embedded?.url ?? '');
  const applied = await migrate(databaseUrl, join(packageRoot, 'prisma', 'migrations'));
  if (applied.length > 0) log.info({ migrations: applied }, 'database migrated');
  return connectTo(databaseUrl, opening);
}

/** Opens the pools of connections to a migrated database; each connects when it is first used. */
export function connectTo(databaseUrl: string, opening: Opening): OpenedStorage {
  const { config, log, databaseAnswerMs: answerMs, onStatement, onClose } = opening;
  const sizes = poolSizes(config.databasePool);
  const poolOfPrisma = prismaPool(databaseUrl, { connections: sizes.prisma, answerMs, log });
  const prisma = openPrisma(databaseUrl, { pool: poolOfPrisma, onStatement });
  onClose(() => prisma.$disconnect());
  const pool = openPool(databaseUrl, { sizes, answerMs, log, onStatement });
  onClose(() => pool.close());
  return {
    prisma,
    pool,
    findTroubles: databaseTroubles(pool, prisma, poolOfPrisma),
  };
}
