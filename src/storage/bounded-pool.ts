import pg from 'pg';
import type { Logger } from 'pino';
import { BoundedClient, SilentServerError } from './bounded-client.ts';
import { connectionTo, type Settings } from './connection.ts';
import { failedRead, NotDoneError } from './failures.ts';

/**
 * How long PostgreSQL may wait for a lock and work on a statement, in ms, and how long until its silence ends the
 * connection: the server answers first, unless it cannot.
 */
const lockMs = 500;
const statementMs = 3000;
const answerMs = 4000;
/** How long a transaction may be open with nothing to do. */
const idleMs = 10_000;

interface BoundedPoolOptions {
  /** How many connections it opens at most. */
  max: number;
  /** How long to wait for a free connection. */
  acquireMs: number;
  /** Of PostgreSQL, for each connection. */
  settings?: Settings;
  log?: Logger;
}

type Callback = Parameters<pg.Pool['connect']>[0];

/** A pool that nobody waits for without a limit: neither for a connection, nor for an answer, nor for the end of it. */
export class BoundedPool extends pg.Pool {
  #answeredAt = Number.NEGATIVE_INFINITY;
  readonly #idle = new Set<pg.PoolClient>();

  constructor(url: string, { max, acquireMs, settings, log }: BoundedPoolOptions) {
    const timeouts = {
      lock_timeout: lockMs,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: idleMs,
    };
    const config = connectionTo(url, {
      max,
      connectionTimeoutMillis: acquireMs,
      settings: { ...timeouts, ...settings },
    });
    super(Object.assign(config, { answerMs, Client: BoundedClient as unknown as new () => pg.ClientBase }));
    this.on('error', ({ message }) => {
      // Once the pool closes, each connection is to end, by whichever side. The error itself names its client, a page long.
      if (!this.ending) log?.warn({ reason: message }, 'a database connection was lost');
    });
    // One that is lost in use fails what it was used for, and emits an event too, which nobody else listens to.
    this.on('connect', (client) => client.on('error', (error) => this.#lost(error)));
    this.on('acquire', (client) => this.#idle.delete(client));
    this.on('remove', (client) => this.#idle.delete(client));
    this.on('release', (error, client) => {
      this.#idle.add(client);
      if (!error) this.#answeredAt = performance.now();
    });
  }

  /** If PostgreSQL is silent on one connection, those that nobody uses are hardly better: the next user would find out. */
  #lost(error: Error): void {
    if (!(error instanceof SilentServerError)) return;
    const idle = [...this.#idle];
    this.#idle.clear();
    for (const client of idle) (client as unknown as BoundedClient).abort(error);
  }

  /** Whether it was of use within that time. A pool may be busy, and those who ask have to wait, but it works. */
  hasAnsweredWithin(ms: number): boolean {
    return performance.now() - this.#answeredAt < ms;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
    if (!callback) return this.#connect();
    super.connect((error, client, done) => callback(error && noConnection(error), client, done));
  }

  /** Runs a statement outside of any transaction. Rejects with NotDoneError if the connection is lost to one that reads. */
  // `never` fits all of its overloads, of which Prisma's adapter uses this one.
  override query(...parameters: unknown[]): never {
    const [statement] = parameters as [pg.QueryConfig];
    const answer: Promise<unknown> = super.query(statement);
    if (!/^\s*SELECT\b/i.test(statement.text)) return answer as never;
    return answer.catch((error: unknown) => {
      throw failedRead(error);
    }) as never;
  }

  #connect(): Promise<pg.PoolClient> {
    return super.connect().catch((error: Error) => {
      throw noConnection(error);
    });
  }
}

function noConnection(cause: Error): NotDoneError {
  return new NotDoneError(`There is no connection to the database: ${cause.message}`, { cause });
}
