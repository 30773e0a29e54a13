import pg from 'pg';
import type { Logger } from 'pino';

/** Runs a prepared statement: `name` stands for its text on every connection. */
export type Query = <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) => Promise<Row[]>;

export interface Pool {
  query: Query;
  close(): Promise<void>;
}

/**
 * Connections for the few hot statements that do not go through Prisma, which costs five to forty times their time
 * (bench/README.md). A lost connection fails the statement under way; the next one gets a new connection.
 */
export function openPool(
  url: string,
  { log, onStatement }: { log: Logger; onStatement?: (sql: string) => void },
): Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4, application_name: 'parley', statement_timeout: 10_000 });
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'));
  return {
    query: async (name, text, values) => {
      onStatement?.(text);
      return (await pool.query({ name, text, values })).rows;
    },
    close: () => pool.end(),
  };
}
