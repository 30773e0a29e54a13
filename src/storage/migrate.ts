import type pg from 'pg';
import { BoundedClient } from './bounded-client.ts';
import { connectionTo } from './connection.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { readHistory, recordMigration } from './migration-history.ts';
import { lockMigrations } from './migration-lock.ts';
import { pendingMigrations } from './pending-migrations.ts';
import { withStartDeadline } from './start-deadline.ts';
import { connectMs, migrationMs, startAnswerMs } from './timeouts.ts';
import { unreachable } from './unreachable.ts';

// PostgreSQL 17 added this timeout, and older versions refuse its name.
const noTransactionTimeout = `
  SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'`;

/**
 * Applies the migrations of `directory` (one folder each, in the order of their names) that the database lacks, and returns
 * their names. Any number of processes may call this at once: one applies, the others wait and find nothing to do.
 * A migration is applied completely or not at all. Rejects with one line if the role lacks rights, or if the applied
 * migrations are not the first ones of the directory: one has failed, was edited, is unknown, or follows a missing one.
 */
export async function migrate(databaseUrl: string, directory: string, answerMs = startAnswerMs): Promise<string[]> {
  const client: pg.Client = new BoundedClient({
    ...connectionTo(databaseUrl, { application_name: 'parley migrations' }),
    answerMs: migrationMs,
    connectMs: Math.min(connectMs, answerMs),
  });
  client.on('error', () => {}); // a lost connection also fails the current query, which reports it
  try {
    await client.connect().catch((error) => {
      throw unreachable(error);
    });
    await withStartDeadline(() => client.query(noTransactionTimeout), answerMs);
    await lockMigrations(client, answerMs);
    const history = await withStartDeadline(() => readHistory(client), answerMs);
    const pending = pendingMigrations(history, await readMigrations(directory));
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** The name of an index that is built while others write. */
const concurrentIndex = /\bCREATE INDEX CONCURRENTLY "?(\w+)/;

/** Applies and records a migration in one transaction: if this process is killed, the migration leaves nothing behind. */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  // PostgreSQL allows CREATE INDEX CONCURRENTLY only outside a transaction; such a file holds that one statement.
  const index = concurrentIndex.exec(migration.sql)?.[1];
  const isTransaction = index === undefined;
  try {
    if (isTransaction) await client.query('BEGIN');
    // A process that was killed meanwhile has left the index behind, unfinished.
    else await client.query(`DROP INDEX CONCURRENTLY IF EXISTS "${index}"`);
    await client.query(migration.sql);
    await recordMigration(client, migration);
    if (isTransaction) await client.query('COMMIT');
  } catch (error) {
    const { message } = error as Error;
    await client.query('ROLLBACK');
    await recordMigration(client, migration, message);
    throw new Error(`Migration ${migration.name} failed and changed nothing: ${message}`, { cause: error });
  }
}
