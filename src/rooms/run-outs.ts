import type { Logger } from 'pino';
import { moderate } from '../log/changes/moderate.ts';
import type { RoomWriter } from '../log/writer/room-writer.ts';
import type { Query } from '../storage/pool.ts';

/** The longest time between two checks. A node finds the bans and mutes of other nodes by them. */
const usualCheckMs = 30_000;
/** The time until the next check if something due could not be written. */
const retryMs = 1000;
/** The most bans and the most mutes that run out together. */
const batchSize = 200;

const dueSql = (column: string) =>
  `(SELECT "roomId", "userId" FROM "Membership" WHERE "${column}" <= now() ORDER BY "${column}" LIMIT $1)`;
const nextSql = (column: string) =>
  `(SELECT "${column}" FROM "Membership" WHERE "${column}" > now() ORDER BY "${column}" LIMIT 1)`;
const statement = `
  SELECT (SELECT json_agg(due) FROM (${dueSql('bannedUntil')} UNION ${dueSql('mutedUntil')}) due) AS due,
    ceil(extract(epoch FROM least(${nextSql('bannedUntil')}, ${nextSql('mutedUntil')}) - now()) * 1000)::float8 AS "nextMs"`;

interface Answer extends Record<string, unknown> {
  due: { roomId: string; userId: string }[] | null;
  /** Milliseconds until the next one is due; null if there is none. */
  nextMs: number | null;
}

interface RunOutsOptions {
  query: Query;
  writer: Pick<RoomWriter, 'write'>;
  log: Pick<Logger, 'debug'>;
  checkMs?: number;
}

/**
 * Records that bans and mutes have run out. They end by themselves, at their time: every statement compares it with the clock
 * of the database. But clients need an event. Every node records what is due; of two nodes that do, the second one changes nothing. The
 * node that bans a user wakes up at the end of the ban. If it has stopped by then, another one notices within `checkMs`.
 */
export class RunOuts {
  readonly #options: RunOutsOptions;
  readonly #checkMs: number;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires, by the monotonic clock. */
  #wakesAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: RunOutsOptions) {
    this.#options = options;
    this.#checkMs = options.checkMs ?? usualCheckMs;
    this.#wakeIn(0);
  }

  /** Checks again when a new ban or mute ends. */
  expect(until: Date): void {
    this.#wakeIn(Math.max(0, until.getTime() - Date.now()));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Sets the timer, unless it fires earlier anyway. */
  #wakeIn(delayMs: number): void {
    const ms = Math.min(delayMs, this.#checkMs);
    const wakesAt = performance.now() + ms;
    if (this.#isClosed || wakesAt >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = wakesAt;
    this.#timer = setTimeout(() => this.#wake(), ms).unref();
  }

  #wake(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    // The check that is under way may have begun before something became due.
    if (this.#running) this.#wakeIn(retryMs);
    else this.#running = this.#checkAndSleep();
  }

  async #checkAndSleep(): Promise<void> {
    const nextMs = await this.#check();
    this.#running = null;
    this.#wakeIn(nextMs);
  }

  /** Records what is due, and returns in how many ms to check again. */
  async #check(): Promise<number> {
    const { query, log } = this.#options;
    try {
      const [answer] = await query<Answer>('bans and mutes that run out', statement, [batchSize]);
      const due = answer?.due ?? [];
      const verdicts = await Promise.all(due.map((membership) => this.#runOut(membership)));
      if (due.length === 0) return answer?.nextMs ?? this.#checkMs;
      return verdicts.includes('WRITTEN') ? 0 : retryMs;
    } catch (error) {
      log.debug({ err: error }, 'bans and mutes that have run out were not recorded');
      return retryMs;
    }
  }

  async #runOut({ roomId, userId }: { roomId: string; userId: string }): Promise<string> {
    const change = { roomId, userId, actorId: userId, action: 'RUN_OUT' as const };
    return (await this.#options.writer.write(moderate, change)).verdict;
  }
}
