import type { Logger } from 'pino';
import type { Query } from '../storage/pool.ts';

/** How often a user's activity is written at most. The activity of users who hide is private: it is never written. */
const everyMs = 60_000;
/** How long active users are gathered before they are written together. */
const gatherMs = 500;

/** Skips locked rows, so that no two nodes wait for each other; a skipped user will be active again soon. */
const statement = `
  UPDATE "User" SET "lastActiveAt" = now() WHERE "id" = ANY($1::uuid[]) AND "id" IN (
    SELECT "id" FROM "User"
    WHERE "id" = ANY($1::uuid[]) AND "chosenStatus" <> 'OFFLINE'
      AND ("lastActiveAt" IS NULL OR "lastActiveAt" < now() - interval '1 minute')
    FOR NO KEY UPDATE SKIP LOCKED)`;

/** Records when users were last active. */
export class Activity {
  /** Users who have been active in the current minute. */
  #known = new Set<string>();
  #unwritten: string[] = [];
  #writing: NodeJS.Timeout | null = null;
  readonly #minutes: NodeJS.Timeout;
  readonly #query: Query;
  readonly #log: Logger;

  constructor(query: Query, log: Logger) {
    this.#query = query;
    this.#log = log;
    this.#minutes = setInterval(() => {
      this.#known = new Set();
    }, everyMs).unref();
  }

  /** Notes that the user is active now. Costs next to nothing. */
  note(userId: string): void {
    if (this.#known.has(userId)) return;
    this.#known.add(userId);
    this.#unwritten.push(userId);
    this.#writing ??= setTimeout(() => void this.#write(), gatherMs).unref();
  }

  /** Writes the users who are not written yet. */
  async close(): Promise<void> {
    clearInterval(this.#minutes);
    await this.#write();
  }

  async #write(): Promise<void> {
    if (this.#writing) clearTimeout(this.#writing);
    this.#writing = null;
    const users = this.#unwritten;
    this.#unwritten = [];
    if (users.length === 0) return;
    try {
      await this.#query('activity', statement, [users]);
    } catch (error) {
      this.#log.warn({ err: error }, 'failed to store when users were last active');
    }
  }
}
