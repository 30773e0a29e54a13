import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { failureOf } from '../../storage/failures.ts';
import type { Transaction } from '../../storage/pool.ts';
import type { QueuedMessage } from './queued-message.ts';
import { type VerdictRow, writeStatements } from './write-statements.ts';

/** How often a group that conflicts with another transaction is written again before it is divided. */
const maxConflicts = 3;

export interface CommitOptions {
  transaction: Transaction;
  log: Logger;
  /** How long a group is retried while the database is unavailable. */
  patienceMs: number;
  /** Whether the writer is closing, so that nothing is retried for long. */
  isClosing: () => boolean;
}

/**
 * Writes a group in one transaction, and retries until its outcome is known: after a lost connection the ids of the
 * messages show whether they were stored. Rejects with the error of the last attempt.
 */
export async function commitGroup(
  group: readonly QueuedMessage[],
  mayWait: boolean,
  { transaction, log, patienceMs, isClosing }: CommitOptions,
): Promise<VerdictRow[]> {
  const drafts = group.map(({ draft }) => draft);
  const statements = writeStatements(drafts, mayWait);
  const givingUpAt = Date.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answers = await transaction(statements);
      return answers[1] as unknown as VerdictRow[];
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'LOST') for (const message of group) message.isUncertain = true;
      // Another transaction may have written the same message meanwhile.
      const isConflict = (failure === 'CONFLICT' || failure === 'UNIQUE') && attempt <= maxConflicts;
      const isOutage = (failure === 'LOST' || failure === 'NOT_DONE') && Date.now() < givingUpAt && !isClosing();
      if (!isConflict && !isOutage) throw error;
      log.debug({ err: error, attempt }, 'retrying to write a group of messages');
      if (isOutage) await pause(Math.min(50 * attempt, 500));
    }
  }
}
