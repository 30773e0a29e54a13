import pg from 'pg';
import type { Logger } from 'pino';
import { connectionTo } from './connection.ts';
import { type Statement, TransactionQuery } from './transaction-query.ts';

/** Runs a prepared statement. */
export type Query = <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) => Promise<Row[]>;

/** Runs statements in one transaction, sent in one go; resolves after the commit, with the rows of each. */
export type Transaction = (statements: readonly Statement[]) => Promise<pg.QueryResultRow[][]>;

export interface Pool {
  query: Query;
  transaction: Transaction;
  close(): Promise<void>;
}

/** Ways to plan that the hot statements are fast with, whatever role and database say. */
const usualPlans = {
  enable_indexscan: 'on',
  enable_indexonlyscan: 'on',
  enable_bitmapscan: 'on',
  enable_nestloop: 'on',
};

/** Connections for hot reads. */
const readers = 4;
/** Connections for hot writes: as many transactions as can be under way. */
export const writers = 3;

/**
 * Connections for the few hot statements that do not go through Prisma, which costs five to forty times their time. A
 * lost connection fails the statements under way; the next ones get a new connection.
 */
export function openPool(
  url: string,
  { log, onStatement }: { log: Logger; onStatement?: (sql: string) => void },
): Pool {
  // A prepared statement keeps its plan. One made while a table was small would read all of it, ever more, until Postgres
  // next counts the rows; every statement here finds its rows by an index. None is worth compiling, nor planning anew for
  // each call, as Postgres would for arrays of few elements: that was two thirds of what a message costs it.
  const settings = { ...usualPlans, enable_seqscan: 'off', jit: 'off', plan_cache_mode: 'force_generic_plan' };
  const connection = connectionTo(url, { statement_timeout: 10_000, settings });
  const reading = new pg.Pool({ ...connection, max: readers });
  const writing = new pg.Pool({ ...connection, max: writers });
  for (const pool of [reading, writing]) {
    pool.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'));
    // One that is lost in use fails what it was used for, and tells by an event too, which nobody else listens to.
    pool.on('connect', (client) => client.on('error', () => {}));
  }
  return {
    query: async (name, text, values) => {
      onStatement?.(text);
      return (await reading.query({ name, text, values })).rows;
    },
    transaction: async (statements) => {
      for (const { text } of statements) onStatement?.(text);
      const client = await writing.connect();
      try {
        const rows = await client.query(new TransactionQuery(statements)).rows;
        client.release();
        return rows;
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
    close: async () => {
      await Promise.all([reading.end(), writing.end()]);
    },
  };
}

/** Whether the failure is one of the connection, so that nobody knows what became of the transaction. */
export function isConnectionLost(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  // Without an SQLSTATE the server did not answer at all; 08: connection exceptions; 57P: it is going down or coming up.
  return !/^[0-9A-Z]{5}$/.test(code) || code.startsWith('08') || code.startsWith('57P');
}

/** Whether the transaction was rolled back for the sake of another one, and will do if it is run again. */
export function isWorthRepeating(error: unknown): boolean {
  // unique_violation (a twin was committed meanwhile), serialization_failure, deadlock_detected
  return ['23505', '40001', '40P01'].includes((error as { code?: string }).code ?? '');
}
