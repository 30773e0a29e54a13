import type { TestServer } from './server.ts';
import { until } from './until.ts';

export interface LockedTable {
  /** Resolves once a statement waits for the table. */
  untilWaitedFor(): Promise<void>;
  release(): Promise<void>;
}

/** Locks a table, so that all other statements wait until it is released. */
export async function lockTable({ app }: TestServer, table: string): Promise<LockedTable> {
  const { prisma } = app.services;
  let isLocked = false;
  let isReleased = false;
  const holding = prisma.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(`LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE`);
      isLocked = true;
      await until(() => isReleased);
    },
    { timeout: 15_000 },
  );
  await until(() => isLocked);
  return {
    untilWaitedFor: () =>
      until(async () => {
        const rows = await prisma.$queryRaw<unknown[]>`
          SELECT 1 FROM pg_locks WHERE NOT granted AND relation = ${`"${table}"`}::regclass`;
        return rows.length > 0;
      }),
    release: async () => {
      isReleased = true;
      await holding;
    },
  };
}
