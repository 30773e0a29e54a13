import { setTimeout as pause } from 'node:timers/promises';
import type { Transaction } from '../../src/storage/pool.ts';
import type { Statement } from '../../src/storage/transaction-query.ts';
import type { Random } from './random.ts';

/** What became of transactions whose answers were lost. */
export class LostAnswers {
  readonly counts = { neverSent: 0, late: 0, unanswered: 0 };
  readonly #late: Promise<unknown>[] = [];

  /** Returns a transaction that loses an answer now and then. */
  through(transaction: Transaction, random: Random): Transaction {
    return async (statements: readonly Statement[]) => {
      const chance = random.next();
      if (chance < 0.03) {
        this.counts.neverSent += 1;
        throw lost();
      }
      if (chance < 0.08) {
        this.counts.late += 1;
        this.#late.push(pause(random.below(150)).then(() => transaction(statements).catch(() => {})));
        throw lost();
      }
      const answers = await transaction(statements);
      if (chance > 0.13) return answers;
      this.counts.unanswered += 1;
      throw lost();
    };
  }

  /** Resolves when the last late transaction has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#late);
  }
}

function lost(): Error {
  return Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
}
