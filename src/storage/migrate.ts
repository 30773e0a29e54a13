import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { TooLateError, withDeadline } from '../base/deadlines.ts';
import { BoundedClient } from './bounded-client.ts';
import { connectionTo } from './connection.ts';
import { explainMissingRights, requireTableRights } from './rights.ts';
import { unreachable } from './usable.ts';

// Prisma's own lock and table, so that `prisma migrate deploy` and this may be used in turn and never at once.
const lockKey = 72_707_369;
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
// PostgreSQL 17 and newer have this timeout, and older ones refuse its name.
const noTransactionTimeout = `
  SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'`;

/** How long the database may take over a statement, and over a migration of large tables. */
const answerMs = 5000;
const migrationMs = 3_600_000;
const lockPauseMs = 100;

type Migration = { name: string; sql: string; checksum: string };
type Applied = { migration_name: string; checksum: string; finished_at: Date | null };

/**
 * Brings the database up to the migrations in `directory` (one folder each, applied by name) and returns the names
 * of those it applied. Any number of processes may call it at once: one works, the others wait and find nothing to do.
 * A migration is applied whole or not at all. Rejects with one line when the role lacks rights, and when the database's
 * history is not a beginning of the directory's: a failed, edited or unknown migration.
 */
export async function migrate(databaseUrl: string, directory: string): Promise<string[]> {
  const client: pg.Client = new BoundedClient({
    ...connectionTo(databaseUrl, { application_name: 'parley migrations' }),
    answerMs: migrationMs,
  });
  client.on('error', () => {}); // a lost connection also fails the query under way, and that is reported
  try {
    await client.connect().catch((error) => {
      throw unreachable(error);
    });
    await soon(() => client.query(noTransactionTimeout));
    await takeTurn(client);
    const pending = findPending(await soon(() => readHistory(client)), await readMigrations(directory));
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** Does what takes a working database no time. */
async function soon<Result>(work: () => Promise<Result>): Promise<Result> {
  return withDeadline(work, answerMs).catch((error) => {
    throw error instanceof TooLateError ? new Error('The database does not answer. Check that it works.') : error;
  });
}

/** Waits until no other process migrates this database; the lock is let go with the connection. */
async function takeTurn(client: pg.Client): Promise<void> {
  const givingUpAt = Date.now() + migrationMs;
  const isTaken = async () => {
    const { rows } = await soon(() => client.query('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]));
    return rows[0].taken as boolean;
  };
  while (!(await isTaken())) {
    if (Date.now() > givingUpAt)
      throw new Error('Another process has been migrating the database for an hour. End it.');
    await pause(lockPauseMs);
  }
}

async function readHistory(client: pg.Client): Promise<Applied[]> {
  const { rows: found } = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  if (found[0].exists) await requireTableRights(client);
  else await client.query(createHistory).catch((error) => explainMissingRights(client, error));
  const { rows } = await client.query<Applied>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
  );
  return rows;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => readMigration(directory, name)));
}

async function readMigration(directory: string, name: string): Promise<Migration> {
  const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

function findPending(history: Applied[], migrations: Migration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished_at } of history) {
    const migration = known.get(name);
    if (!finished_at) throw new Error(failedEarlier(name));
    if (!migration) throw new Error(`${inDatabase(name)} but not known here: this Parley is older than its database.`);
    if (migration.checksum !== checksum) {
      throw new Error(
        `${inDatabase(name)} and was edited since: restore its file, and put changes in a new migration.`,
      );
    }
  }
  const applied = new Set(history.map((row) => row.migration_name));
  return migrations.filter((migration) => !applied.has(migration.name));
}

const inDatabase = (name: string) => `Migration ${name} is applied in the database`;

const failedEarlier = (name: string) =>
  `Migration ${name} failed earlier (see "logs" in _prisma_migrations). Nothing of it was kept: mend its cause, ` +
  `then run DELETE FROM _prisma_migrations WHERE migration_name = '${name}'; and start again.`;

/** Applies and records in one transaction, so that a process killed half-way leaves nothing behind. */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  // PostgreSQL allows CREATE INDEX CONCURRENTLY outside a transaction only; such a file holds that one statement.
  const isTransaction = !/\bCONCURRENTLY\b/i.test(migration.sql);
  try {
    if (isTransaction) await client.query('BEGIN');
    await client.query(migration.sql);
    await record(client, migration, { finished: true });
    if (isTransaction) await client.query('COMMIT');
  } catch (error) {
    const { message } = error as Error;
    await client.query('ROLLBACK');
    await record(client, migration, { finished: false, logs: message });
    throw new Error(`Migration ${migration.name} failed and nothing of it was kept: ${message}`, { cause: error });
  }
}

/** An unfinished record is a failure to Prisma too (P3009). */
async function record(
  client: pg.Client,
  { name, checksum }: Migration,
  { finished, logs = null }: { finished: boolean; logs?: string | null },
): Promise<void> {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, $4, now(), CASE WHEN $5 THEN clock_timestamp() END, CASE WHEN $5 THEN 1 ELSE 0 END)`,
    [randomUUID(), checksum, name, logs, finished],
  );
}
