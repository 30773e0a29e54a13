import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Migration } from './migration-files.ts';
import { explainMissingRights, requireTableRights } from './rights.ts';

// Prisma's own table: `prisma migrate deploy` and `migrate` can be used alternately.
const createHistory = `CREATE TABLE _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

export interface AppliedMigration {
  name: string;
  checksum: string;
  /** False after a failure. */
  isFinished: boolean;
}

/** Reads which migrations the database has. Creates the table of the history if it is missing. */
export async function readHistory(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows: found } = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  if (found[0].exists) await requireTableRights(client);
  else await client.query(createHistory).catch((error) => explainMissingRights(client, error));
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

/**
 * Records an applied migration or, if `failure` is given, a failed one. A failed one is recorded as unfinished, which
 * means failed for Prisma too (P3009).
 */
export async function recordMigration(
  client: pg.Client,
  { name, checksum }: Migration,
  failure: string | null = null,
): Promise<void> {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, $4, now(), CASE WHEN $5 THEN clock_timestamp() END, CASE WHEN $5 THEN 1 ELSE 0 END)`,
    [randomUUID(), checksum, name, failure, failure === null],
  );
}
