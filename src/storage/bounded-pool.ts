import pg from 'pg';
import type { Logger } from 'pino';
import { BoundedClient, SilentServerError } from './bounded-client.ts';
import { connectionTo, type Settings } from './connection.ts';
import { failedRead, NotDoneError } from './failures.ts';
import { idleInTransactionMs, lockMs, statementMs, answerMs as usualAnswerMs } from './timeouts.ts';

/** Settings of PostgreSQL. */
const timeouts = {
  lock_timeout: lockMs,
  statement_timeout: statementMs,
  idle_in_transaction_session_timeout: idleInTransactionMs,
};

interface BoundedPoolOptions {
  /** The maximum of connections. */
  max: number;
  /** How long a query waits for a free connection. */
  acquireMs: number;
  /** How long a connection is used before another one replaces it; for ever unless given. */
  lifetimeSeconds?: number;
  /** Settings of PostgreSQL for each connection; they override the timeouts. */
  settings?: Settings;
  /** How long PostgreSQL may be silent until the connection is closed; 4 s unless given. */
  answerMs?: number;
  log?: Logger;
}

type Callback = Parameters<pg.Pool['connect']>[0];

/** A pool with time limits for getting a connection, for an answer, and for closing. */
export class BoundedPool extends pg.Pool {
  #answeredAt = Number.NEGATIVE_INFINITY;
  readonly #idle = new Set<pg.PoolClient>();

  constructor(url: string, options: BoundedPoolOptions) {
    const { max, acquireMs, lifetimeSeconds, settings, answerMs = usualAnswerMs, log } = options;
    const config = connectionTo(url, {
      max,
      connectionTimeoutMillis: acquireMs,
      maxLifetimeSeconds: lifetimeSeconds,
      settings: { ...timeouts, ...settings },
    });
    super(Object.assign(config, { answerMs, Client: BoundedClient as unknown as new () => pg.ClientBase }));
    this.on('error', ({ message }) => {
      // Connections may end while the pool closes. Only the message is logged: the error refers to its client, which
      // would fill a page of the log.
      if (!this.ending) log?.warn({ reason: message }, 'a database connection was lost');
    });
    // A connection that is lost during a query fails the query, and also emits an event, which would end the process.
    this.on('connect', (client) => client.on('error', (error) => this.#lost(error)));
    this.on('acquire', (client) => this.#idle.delete(client));
    this.on('remove', (client) => this.#idle.delete(client));
    this.on('release', (error, client) => {
      this.#idle.add(client);
      if (!error) this.#answeredAt = performance.now();
    });
  }

  /** Closes idle connections too if PostgreSQL is silent on one: the next query on them would probably wait in vain. */
  #lost(error: Error): void {
    if (!(error instanceof SilentServerError)) return;
    const idle = [...this.#idle];
    this.#idle.clear();
    for (const client of idle) (client as unknown as BoundedClient).abort(error);
  }

  /** Returns whether a query succeeded within the last `ms`. Then the pool works, even if it is too busy for a new query. */
  hasAnsweredWithin(ms: number): boolean {
    return performance.now() - this.#answeredAt < ms;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
    if (!callback) return this.#connect();
    super.connect((error, client, done) => callback(error && noConnection(error), client, done));
  }

  /** Runs a statement outside of a transaction. Rejects with NotDoneError if a read loses its connection. */
  // `never` is assignable to the result of each overload; Prisma's adapter uses this one.
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
