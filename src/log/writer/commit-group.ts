import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { newId } from '../../base/ids.ts';
import { failureOf, NotDoneError } from '../../storage/failures.ts';
import type { Transaction } from '../../storage/pool.ts';
import type { Statement } from '../../storage/transaction-query.ts';
import type { AnyKind, Change, Row } from '../changes/change.ts';
import { isLaneClosed, type Lane } from './lane.ts';
import type { QueuedChange } from './queued-change.ts';

/** How often a group that conflicts with another transaction is written again before it is divided. */
const maxConflicts = 3;

export interface CommitOptions {
  transaction: Transaction;
  /** The kinds of changes, in the order in which a group makes them. */
  kinds: readonly AnyKind[];
  log: Logger;
  /** How long a group is retried while the database is unavailable. */
  patienceMs: number;
  /** Whether the writer is closing, so that nothing is retried for long. */
  isClosing: () => boolean;
  /** Called after a commit whose answer was lost, with its rooms: its events are stored, and nobody has published them. */
  onUnpublished: (roomIds: readonly string[]) => void;
}

/** The changes of one kind in a group, and the rows that its statement returned for them. */
export interface Committed {
  kind: AnyKind;
  changes: Change[];
  rows: Row[];
}

/** Changes to commit together, and where. */
export interface Attempt {
  changes: readonly QueuedChange[];
  lane: Lane;
  /** Whether PostgreSQL may wait for locked rooms. */
  mayWait: boolean;
  /** Whether PostgreSQL waits for other locked rows for a moment only, because one of the changes probably needs one. */
  isImpatient?: boolean;
}

/**
 * Writes a group in one transaction, and retries until its outcome is known: after a lost connection, the lane shows
 * whether the transaction was committed. Rejects with the error of the last attempt.
 */
export async function commitGroup(attempt: Attempt, options: CommitOptions): Promise<Committed[]> {
  const { log, patienceMs, isClosing } = options;
  const commit = new Commit(attempt, options);
  const givingUpAt = performance.now() + patienceMs;
  for (let tried = 1; ; tried += 1) {
    try {
      return await commit.try();
    } catch (error) {
      const failure = failureOf(error);
      const isConflict = (failure === 'CONFLICT' || failure === 'UNIQUE') && tried <= maxConflicts;
      const isOutage = commit.isUnsettled(error) && performance.now() < givingUpAt && !isClosing();
      if (!isConflict && !isOutage)
        throw attempt.changes.some(({ isUncertain }) => isUncertain) ? lostAnswer(error) : error;
      log.debug({ err: error, attempt: tried }, 'retrying to write a group of changes');
      if (isOutage) await pause(Math.min(50 * tried, 500));
    }
  }
}

/** Returns the error of a group that cannot be tried again, because an earlier attempt may have been committed. */
function lostAnswer(cause: unknown): NotDoneError {
  return new NotDoneError('The lane of the group could not be fenced', { cause });
}

/** Shortens the waits for locked rows until the end of the transaction. */
const brief: Statement = { name: 'brief locks', text: `SELECT set_config('lock_timeout', '40ms', true)`, values: [] };

/** The attempts to commit one group. */
class Commit {
  readonly #groupId = newId();
  readonly #attempt: Attempt;
  readonly #options: CommitOptions;
  readonly #batches: Omit<Committed, 'rows'>[];
  /** Whether an earlier attempt was committed, and its answer lost. */
  #isDone = false;

  constructor(attempt: Attempt, options: CommitOptions) {
    this.#attempt = attempt;
    this.#options = options;
    this.#batches = batchesOf(attempt.changes, options.kinds);
  }

  async try(): Promise<Committed[]> {
    const { lane, changes, mayWait, isImpatient } = this.#attempt;
    if (!lane.isOpen) {
      this.#isDone = (await lane.fence()) === this.#groupId;
      if (!this.#isDone) for (const change of changes) change.isUncertain = false;
    }
    // It passes the lane even if it is done: a send that was refused is judged anew.
    const before = [lock(changes, mayWait || this.#isDone), lane.pass(this.#groupId), ...(isImpatient ? [brief] : [])];
    const statements = this.#batches.map(({ kind, changes }) => kind.statement(changes, this.#isDone));
    const answers = await this.#options.transaction([...before, ...statements]);
    for (const change of changes) change.isUncertain = false;
    if (this.#isDone) this.#options.onUnpublished(roomsOf(changes));
    return this.#batches.map((batch, index) => ({ ...batch, rows: answers[before.length + index] ?? [] }));
  }

  /** Returns whether the group must be tried again because the database was away, and notes what is uncertain. */
  isUnsettled(error: unknown): boolean {
    const { lane, changes } = this.#attempt;
    const failure = failureOf(error);
    // A lane that cannot be fenced yet, as a transaction that passed it has not ended; or a done group, in a locked room.
    const isLate = failure === 'TIMED_OUT' && (!lane.isOpen || this.#isDone);
    if (failure === 'LOST' && lane.isOpen) for (const change of changes) change.isUncertain = true;
    if (failure === 'LOST' || isLaneClosed(error)) lane.close();
    return failure === 'LOST' || failure === 'NOT_DONE' || isLaneClosed(error) || isLate;
  }
}

/** Returns the steps of a group by kind, in the order of the kinds; those of one kind are in the order of the changes. */
function batchesOf(group: readonly QueuedChange[], kinds: readonly AnyKind[]): Omit<Committed, 'rows'>[] {
  const steps = group.flatMap((queued) => queued.steps);
  const batches = kinds.map((kind) => ({
    kind,
    changes: steps.filter((step) => step.kind === kind).map(({ change }) => change),
  }));
  return batches.filter(({ changes }) => changes.length > 0);
}

/**
 * Locks the heads of the rooms, always in the same order, so that two groups that share rooms never deadlock. It is a
 * statement of its own, so that the next ones see everything that was committed before the locks were granted.
 */
function lock(changes: readonly QueuedChange[], mayWait: boolean): Statement {
  const values = [roomsOf(changes)];
  const text = 'SELECT FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[]) ORDER BY "roomId" FOR NO KEY UPDATE';
  return mayWait ? { name: 'lock heads', text, values } : { name: 'lock heads now', text: `${text} NOWAIT`, values };
}

function roomsOf(changes: readonly QueuedChange[]): string[] {
  return [...new Set(changes.map(({ roomId }) => roomId))];
}
