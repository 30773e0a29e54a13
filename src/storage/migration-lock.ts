import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { withStartDeadline } from './start-deadline.ts';
import { migrationMs } from './timeouts.ts';

// The key of Prisma's own lock, so that `prisma migrate deploy` and this never run at once.
const lockKey = 72_707_369;
const pollMs = 100;

/** Waits until no other process migrates this database. The lock is released when the connection ends. */
export async function lockMigrations(client: pg.Client, answerMs: number): Promise<void> {
  const giveUpAt = performance.now() + migrationMs;
  while (!(await tryLock(client, answerMs))) {
    if (performance.now() > giveUpAt)
      throw new Error('Another process has been migrating the database for an hour. End it.');
    await delay(pollMs);
  }
}

async function tryLock(client: pg.Client, answerMs: number): Promise<boolean> {
  const ask = () => client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [lockKey]);
  const { rows } = await withStartDeadline(ask, answerMs);
  return rows[0]!.locked;
}
