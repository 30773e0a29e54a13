import pg from 'pg';
import type { Logger } from 'pino';
import { BoundedPool } from './bounded-pool.ts';
import { failedRead, failureOf } from './failures.ts';
import { type PoolSizes, poolSizes } from './pool-sizes.ts';
import { acquireMs, lifetimeSeconds } from './timeouts.ts';
import { type Statement, TransactionQuery } from './transaction-query.ts';

/** Runs a prepared statement and returns its rows. */
export type Query = <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) => Promise<Row[]>;

/** Sends statements together and runs them in one transaction. Resolves after the commit, with the rows of each. */
export type Transaction = (statements: readonly Statement[]) => Promise<pg.QueryResultRow[][]>;

export interface Pool {
  /** For reads. Retries once and rejects with NotDoneError if the connection is lost. */
  query: Query;
  /** For a read of a page or a list, which may take long. It leaves connections to the reads that each request needs. */
  queryLists: Query;
  /** For a write. It may wait for a lock, so it does not use the connections for reads. */
  write: Query;
  transaction: Transaction;
  /** How many transactions can run at a time. */
  writers: number;
  /** Whether a read or a write succeeded within the last `withinMs`. */
  hasRead: (withinMs: number) => boolean;
  hasWritten: (withinMs: number) => boolean;
  close(): Promise<void>;
}

/*
 * A connection keeps the plan of a prepared statement until one of its tables is analyzed, or until the connection is
 * closed. A plan that was made while the tables were nearly empty may read all rows of a table, and still does so when the
 * table is large. So a statement leaves PostgreSQL no choice:
 *
 * - It looks rows up by `LATERAL (SELECT … WHERE key = … LIMIT 1)`, not by a join.
 * - `UPDATE … FROM` and `IN (SELECT …)` also get the condition `key = ANY (…)`: only these rows are read, whichever way
 *   they are joined.
 * - If several indexes contain a column of the key, the condition names the first column of each, or ORDER BY asks for the
 *   order of the right index.
 *
 * test/journeys/kept-plans.test.ts checks this for all statements.
 */

/**
 * How PostgreSQL plans the hot statements. These settings override those of the role and the database. Every statement
 * finds its rows by an index: a prepared statement keeps its plan, and a sequential scan that was planned for a small
 * table would become slower and slower. A bitmap is made of all rows that match, although most statements stop after a few.
 * Just-in-time compilation costs more than it saves. PostgreSQL would also plan each
 * call anew if an array is short; that was two thirds of its work for a message.
 */
export const planning = {
  enable_indexscan: 'on',
  enable_indexonlyscan: 'on',
  enable_bitmapscan: 'off',
  enable_nestloop: 'on',
  enable_seqscan: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
};

interface PoolOptions {
  sizes?: PoolSizes;
  log: Logger;
  /** How long PostgreSQL may be silent; 4 s unless given. */
  answerMs?: number;
  /** Receives the text of every SQL statement, with its name and values; tests count them and look at their plans. */
  onStatement?: (sql: string, prepared: Statement) => void;
}

/**
 * Opens connections for the statements that bypass Prisma: through Prisma, they take five to forty times as long.
 * A lost connection fails its statements; the next ones get a new connection.
 */
export function openPool(url: string, { sizes = poolSizes(10), log, answerMs, onStatement }: PoolOptions): Pool {
  const open = (max: number) =>
    new BoundedPool(url, { settings: planning, max, acquireMs, lifetimeSeconds, answerMs, log });
  const reading = open(sizes.reads);
  const listing = sizes.lists > 0 ? open(sizes.lists) : null;
  const writing = open(sizes.writes);
  const queryOn =
    (pool: BoundedPool): Query =>
    async (name, text, values) => {
      onStatement?.(text, { name, text, values });
      return (await using(pool, (client) => client.query({ name, text, values }))).rows;
    };
  return {
    writers: sizes.writes,
    hasRead: (withinMs) => reading.hasAnsweredWithin(withinMs),
    hasWritten: (withinMs) => writing.hasAnsweredWithin(withinMs),
    query: retryLost(queryOn(reading)),
    queryLists: retryLost(queryOn(listing ?? reading)),
    write: queryOn(writing),
    transaction: async (statements) => {
      for (const statement of statements) onStatement?.(statement.text, statement);
      return using(writing, (client) => client.query(new TransactionQuery(statements)).rows);
    },
    close: async () => {
      await Promise.all([reading.end(), listing?.end(), writing.end()]);
    },
  };
}

/** Retries a read once if its connection was lost. */
function retryLost(query: Query): Query {
  return async <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) => {
    try {
      return await query<Row>(name, text, values);
    } catch (error) {
      if (failureOf(error) !== 'LOST') throw error;
    }
    return query<Row>(name, text, values).catch((error: unknown) => {
      throw failedRead(error);
    });
  };
}

/** Runs `work` with a connection of the pool. The connection is kept after an error that the server reported. */
async function using<Result>(pool: BoundedPool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(!isUsableAfter(error));
    throw error;
  }
}

/** Returns whether a connection still works: the server reported the error and continues. */
function isUsableAfter(error: unknown): boolean {
  return error instanceof pg.DatabaseError && failureOf(error) !== 'LOST';
}
