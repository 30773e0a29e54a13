import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { packageRoot } from '../src/base/package-root.ts';
import type { Config } from '../src/config.ts';
import type { PrismaClient } from '../src/generated/prisma/client.ts';
import { openDataDir } from '../src/storage/data-dir.ts';
import { findEmbeddedPostgres } from '../src/storage/embedded/find.ts';
import { DataDirInUseError } from '../src/storage/embedded/vacate.ts';
import { migrate } from '../src/storage/migrate.ts';
import { openPrisma } from '../src/storage/prisma.ts';
import { requireUsable } from '../src/storage/usable.ts';

interface Reached {
  url: string;
  /** Stops the embedded PostgreSQL, if it runs for this command only. */
  close: () => Promise<void>;
}

/** How often the data folder is tried while a server that uses it is starting or stopping, which takes a second or two. */
const maxAttempts = 4;
const pauseMs = 500;

/**
 * Runs `work` on the database of a configuration, migrated: the one of DATABASE_URL, the embedded one of a running server,
 * or the embedded one, which it then starts for this time. Rejects with one line that says what to do.
 */
export async function withDatabase<Result>(
  config: Config,
  work: (prisma: PrismaClient) => Promise<Result>,
): Promise<Result> {
  const { url, close } = config.databaseUrl ? { url: config.databaseUrl, close: nothing } : await reach(config.dataDir);
  try {
    const usable = await requireUsable(url);
    await migrate(usable, join(packageRoot, 'prisma', 'migrations'));
    const prisma = openPrisma(usable, { connections: 1 });
    return await work(prisma).finally(() => prisma.$disconnect());
  } finally {
    await close();
  }
}

const nothing = async () => {};

/** Finds the embedded PostgreSQL of a running server, or starts it. */
async function reach(dataDir: string): Promise<Reached> {
  for (let attempt = 1; ; attempt += 1) {
    const running = await findRunning(dataDir);
    if (running !== null) return { url: running, close: nothing };
    try {
      return await start(dataDir);
    } catch (error) {
      const isInUse = error instanceof Error && error.cause instanceof DataDirInUseError;
      if (!isInUse || attempt === maxAttempts) throw error;
      await pause(pauseMs);
    }
  }
}

/** Returns the address of the running server; null if there is none. A crash leaves an address that nobody answers at. */
async function findRunning(dataDir: string): Promise<string | null> {
  const url = await findEmbeddedPostgres(dataDir);
  const isAnswering = url !== null && (await requireUsable(url).then(Boolean, () => false));
  return isAnswering ? url : null;
}

async function start(dataDir: string): Promise<Reached> {
  const postgres = await openDataDir(dataDir, pino({ level: 'error' }, pino.destination({ fd: 2, sync: true })));
  if (postgres.isNew)
    console.error(
      `There was no database in ${dataDir}: created a new one. Is DATA_DIR or DATABASE_URL that of the server?`,
    );
  return postgres;
}
