import type { Logger } from 'pino';
import { RegularCheck, retryMs } from '../base/regular-check.ts';
import { moderate } from '../log/changes/moderate.ts';
import type { RoomWriter } from '../log/writer/room-writer.ts';
import type { Query } from '../storage/pool.ts';

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
  /** The longest time between two checks. A node finds the bans and mutes of other nodes by them. */
  checkMs: number;
}

/**
 * Records that bans and mutes have run out. They end by themselves, at their time: every statement compares it with the clock
 * of the database. But clients need an event. Every node records what is due; of two nodes that do, the second one changes nothing. The
 * node that bans a user wakes up at the end of the ban. If it has stopped by then, another one notices within `checkMs`.
 */
export class RunOuts {
  readonly #options: RunOutsOptions;
  readonly #regularly: RegularCheck;

  constructor(options: RunOutsOptions) {
    this.#options = options;
    this.#regularly = new RegularCheck({
      check: () => this.#check(),
      everyMs: options.checkMs,
      onError: (err) => options.log.debug({ err }, 'bans and mutes that have run out were not recorded'),
    });
  }

  /** Checks again when a new ban or mute ends. */
  expect(until: Date): void {
    this.#regularly.wakeIn(until.getTime() - Date.now());
  }

  close(): Promise<void> {
    return this.#regularly.close();
  }

  /** Records what is due, and returns in how many ms to check again. */
  async #check(): Promise<number> {
    const { query, checkMs } = this.#options;
    const [answer] = await query<Answer>('bans and mutes that run out', statement, [batchSize]);
    const due = answer?.due ?? [];
    const verdicts = await Promise.all(due.map((membership) => this.#runOut(membership)));
    if (due.length === 0) return answer?.nextMs ?? checkMs;
    return verdicts.includes('WRITTEN') ? 0 : retryMs;
  }

  async #runOut({ roomId, userId }: { roomId: string; userId: string }): Promise<string> {
    const change = { roomId, userId, actorId: userId, action: 'RUN_OUT' as const };
    return (await this.#options.writer.write(moderate, change)).verdict;
  }
}
