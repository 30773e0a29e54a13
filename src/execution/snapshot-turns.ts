import { rateLimited } from '../base/errors.ts';
import { KeyedMutex } from '../base/keyed-mutex.ts';

declare module '../graphql/context.ts' {
  interface Services {
    snapshotTurns: SnapshotTurns;
  }
}

/** A query that waits longer than this for its turn fails. */
const usualWaitMs = 10_000;

/**
 * Lets queries hold a snapshot in turns: a snapshot holds a connection of Prisma while the query is executed, and without
 * a connection no other request can change anything. A user has one snapshot at a time; the others wait in order.
 */
export class SnapshotTurns {
  readonly #atOnce: number;
  readonly #waitMs: number;
  readonly #ofUser = new KeyedMutex<string>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** `connections`: those of Prisma. One is left to other requests, if there is more than one. */
  constructor(connections: number, waitMs = usualWaitMs) {
    this.#atOnce = Math.max(1, connections - 1);
    this.#waitMs = waitMs;
  }

  /** Runs `work` when it is its turn. Throws RATE_LIMITED if that takes too long. */
  run<Result>(userId: string, work: () => Promise<Result>): Promise<Result> {
    const latest = performance.now() + this.#waitMs;
    return this.#ofUser.run(userId, () => this.#amongAll(latest, work));
  }

  async #amongAll<Result>(latest: number, work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await new Promise<void>((start) => this.#waiting.push(start));
    try {
      if (performance.now() > latest) throw rateLimited('Too many queries with `syncCursor` at the moment. Try again.');
      return await work();
    } finally {
      const start = this.#waiting.shift();
      // Passes the turn on directly, so that work that is added in between cannot overtake.
      if (start) start();
      else this.#running -= 1;
    }
  }
}
