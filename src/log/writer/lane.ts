import { newId } from '../../base/ids.ts';
import type { Transaction } from '../../storage/pool.ts';
import type { Statement } from '../../storage/transaction-query.ts';

/**
 * A row of the database that shows which group was committed last on it: after a lost answer, the writer reads there whether
 * its group was committed. Each group that is being written has a lane of its own. Its transaction passes the lane: it
 * writes the group's id there, and fails if the lane was fenced meanwhile. After a lost connection, the writer fences the
 * lane. Fencing waits for a transaction that has passed the lane and is still running; one that has not passed yet fails
 * when it tries to. So what the lane says then is final.
 */
export class Lane {
  readonly #id = newId();
  #fence = 0;
  /** Whether the row exists, with this fence. */
  #isOpen = false;
  readonly #transaction: Transaction;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Forgets what the row says: it is fenced before the next group passes. */
  close(): void {
    this.#isOpen = false;
  }

  /** Fences the row, or creates it. Returns the id of the group that was committed last. */
  async fence(): Promise<string | null> {
    this.#fence += 1;
    const [rows = []] = await this.#transaction([
      { name: 'fence lane', text: fenceText, values: [this.#id, this.#fence] },
    ]);
    this.#isOpen = true;
    return (rows[0]?.groupId as string | undefined) ?? null;
  }

  /** Returns the statement with which a transaction passes the lane; fails with 22012 if the lane was fenced. */
  pass(groupId: string): Statement {
    return { name: 'pass lane', text: passText, values: [this.#id, this.#fence, groupId] };
  }
}

const fenceText = `
  INSERT INTO "WriterLane" ("id", "fence") VALUES ($1, $2)
  ON CONFLICT ("id") DO UPDATE SET "fence" = excluded."fence", "usedAt" = now() RETURNING "groupId"`;

const passText = `
  WITH passed AS (
    UPDATE "WriterLane" SET "groupId" = $3, "usedAt" = now() WHERE "id" = $1 AND "fence" = $2 RETURNING 1
  ) SELECT 1 / count(*) FROM passed`;

/** Returns whether a transaction failed because its lane was fenced, or because its row was removed. */
export function isLaneClosed(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '22012';
}

/** Removes the lanes of nodes that have ended: those that no node has used for a day. */
export async function removeOldLanes(transaction: Transaction): Promise<void> {
  const text = `DELETE FROM "WriterLane" WHERE "usedAt" < now() - interval '1 day'`;
  await transaction([{ name: 'remove lanes', text, values: [] }]);
}
