import pg from 'pg';
import type { Logger } from 'pino';
import { BoundedPool } from './bounded-pool.ts';
import { failedRead, failureOf } from './failures.ts';
import { type Statement, TransactionQuery } from './transaction-query.ts';

/** Runs a prepared statement. */
export type Query = <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) => Promise<Row[]>;

/** Runs statements in one transaction, sent in one go; resolves after the commit, with the rows of each. */
export type Transaction = (statements: readonly Statement[]) => Promise<pg.QueryResultRow[][]>;

export interface Pool {
  /** For statements that read: what others wait for must not wait for a lock. What is lost of them is a NotDoneError. */
  query: Query;
  /** For a statement that writes. */
  write: Query;
  transaction: Transaction;
  /** How many transactions can be under way. */
  writers: number;
  /** Whether each part was of use within that time. */
  hasRead: (withinMs: number) => boolean;
  hasWritten: (withinMs: number) => boolean;
  close(): Promise<void>;
}

/** Ways to plan that the hot statements are fast with, whatever role and database say. */
const usualPlans = {
  enable_indexscan: 'on',
  enable_indexonlyscan: 'on',
  enable_bitmapscan: 'on',
  enable_nestloop: 'on',
};

/** How many connections each pool of a node opens at most. */
export interface PoolSizes {
  reads: number;
  /** As many transactions as can be under way. */
  writes: number;
  prisma: number;
}

/**
 * Shares out the connections that a node may open, 4 at least. One of each kind suffices, as nobody who holds a
 * connection asks for another; writes have two, so that one group of messages may wait for a lock.
 */
export function sharedOut(connections: number): PoolSizes {
  const writes = Math.min(4, Math.max(2, Math.floor(connections * 0.3)));
  const reads = Math.floor((connections - writes) / 2);
  return { reads, writes, prisma: connections - writes - reads };
}

interface PoolOptions {
  sizes?: PoolSizes;
  log: Logger;
  /** Sees the text of every SQL statement (tests count them). */
  onStatement?: (sql: string) => void;
}

/** How long to wait for a free connection. */
const acquireMs = 5000;

/**
 * Connections for the few hot statements that do not go through Prisma, which costs five to forty times their time. A
 * lost connection fails the statements under way; the next ones get a new connection.
 */
export function openPool(url: string, { sizes = sharedOut(10), log, onStatement }: PoolOptions): Pool {
  // A prepared statement keeps its plan. One made while a table was small would read all of it, ever more, until Postgres
  // next counts the rows; every statement here finds its rows by an index. None is worth compiling, nor planning anew for
  // each call, as Postgres would for arrays of few elements: that was two thirds of what a message costs it.
  const settings = { ...usualPlans, enable_seqscan: 'off', jit: 'off', plan_cache_mode: 'force_generic_plan' };
  const open = (max: number) => new BoundedPool(url, { settings, max, acquireMs, log });
  const reading = open(sizes.reads);
  const writing = open(sizes.writes);
  const queryOn =
    (pool: BoundedPool): Query =>
    async (name, text, values) => {
      onStatement?.(text);
      return (await using(pool, (client) => client.query({ name, text, values }))).rows;
    };
  return {
    writers: sizes.writes,
    hasRead: (withinMs) => reading.hasAnsweredWithin(withinMs),
    hasWritten: (withinMs) => writing.hasAnsweredWithin(withinMs),
    query: askedTwice(queryOn(reading)),
    write: queryOn(writing),
    transaction: async (statements) => {
      for (const { text } of statements) onStatement?.(text);
      return using(writing, (client) => client.query(new TransactionQuery(statements)).rows);
    },
    close: async () => {
      await Promise.all([reading.end(), writing.end()]);
    },
  };
}

/** Asks once more where the connection was lost, which does no harm to what only reads. */
function askedTwice(query: Query): Query {
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

/** Does something with a connection of the pool, which outlives an error that the server tells of. */
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

/** Whether a connection is as good as before: the server told of the failure, and goes on. */
function isUsableAfter(error: unknown): boolean {
  return error instanceof pg.DatabaseError && failureOf(error) !== 'LOST';
}
