import { rateLimited } from '../base/errors.ts';
import { Turns } from '../base/turns.ts';

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
  readonly #waitMs: number;
  readonly #all: Turns;
  readonly #ofUser = new Map<string, Turns>();

  /** `connections`: those of Prisma. One is left to other requests, if there is more than one. */
  constructor(connections: number, waitMs = usualWaitMs) {
    this.#all = new Turns(Math.max(1, connections - 1));
    this.#waitMs = waitMs;
  }

  /**
   * Runs `work` when it is its turn: after the others of the user, unless `userId` is null. Rejects with RATE_LIMITED as
   * soon as that takes too long.
   */
  run<Result>(userId: string | null, work: () => Promise<Result>): Promise<Result> {
    const latest = performance.now() + this.#waitMs;
    const amongAll = () => this.#all.run(work, latest, tooMany);
    return userId === null ? amongAll() : this.#amongTheirs(userId, (theirs) => theirs.run(amongAll, latest, tooMany));
  }

  async #amongTheirs<Result>(userId: string, run: (theirs: Turns) => Promise<Result>): Promise<Result> {
    const theirs = this.#ofUser.get(userId) ?? new Turns(1);
    this.#ofUser.set(userId, theirs);
    try {
      return await run(theirs);
    } finally {
      if (theirs.isIdle && this.#ofUser.get(userId) === theirs) this.#ofUser.delete(userId);
    }
  }
}

function tooMany(): Error {
  return rateLimited('Too many queries with `syncCursor` or `lastEventNumber` at the moment. Try again.');
}
