import type { Logger } from 'pino';
import type { Query } from '../storage/pool.ts';

/** A user's activity is written once in that time. Those who hide are not: when they were here is theirs to know. */
const everyMs = 60_000;
/** For how long users are gathered who are then written together. */
const gatherMs = 500;

/** Locked rows are left out: no two nodes wait for each other's, and whoever has one is active again soon. */
const statement = `
  UPDATE "User" SET "lastActiveAt" = now() WHERE "id" IN (
    SELECT "id" FROM "User"
    WHERE "id" = ANY($1::uuid[]) AND "chosenStatus" <> 'OFFLINE'
      AND ("lastActiveAt" IS NULL OR "lastActiveAt" < now() - interval '1 minute')
    FOR NO KEY UPDATE SKIP LOCKED)`;

/** Writes down when users last did something. */
export class Activity {
  /** Users who did something since the last minute began. */
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

  /** The user is here and does something. Costs next to nothing. */
  note(userId: string): void {
    if (this.#known.has(userId)) return;
    this.#known.add(userId);
    this.#unwritten.push(userId);
    this.#writing ??= setTimeout(() => void this.#write(), gatherMs).unref();
  }

  /** Writes what is still to be written. */
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
      this.#log.warn({ err: error }, 'when users were last active could not be written');
    }
  }
}
