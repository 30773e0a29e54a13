import { LRUCache } from 'lru-cache';
import { rateLimited } from '../../base/errors.ts';

/** Devices that a user opens at once: all that one may have, and some more. */
const burst = 150;
/** How often one more is possible. */
const everyMs = 1000;
/** Users who are counted, the most recent ones. */
const maxUsers = 10_000;

/**
 * Limits how often the tokens of a user lead to an exchange with the database, which takes 3 ms: a client can name a new
 * device in each request. Counts on this node alone.
 */
export class OpeningBudget {
  /** For each user, the time up to which openings are used up. */
  readonly #usedUntil = new LRUCache<string, number>({ max: maxUsers });
  readonly #now: () => number;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Counts one opening. Throws RATE_LIMITED with the time until the next one. */
  take(userId: string): void {
    const now = this.#now();
    const used = Math.max(this.#usedUntil.get(userId) ?? Number.NEGATIVE_INFINITY, now - burst * everyMs) + everyMs;
    if (used > now) throw rateLimited('The user signs in too often with new devices or tokens.', used - now);
    this.#usedUntil.set(userId, used);
  }
}
