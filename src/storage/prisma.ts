import { PrismaPg } from '@prisma/adapter-pg';
import type { Logger } from 'pino';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { BoundedPool } from './bounded-pool.ts';
import { schemaOf } from './connection.ts';
import type { Query } from './pool.ts';
import { statementNames } from './statement-names.ts';
import { acquireForPrismaMs, lifetimeSeconds, transactionMs } from './timeouts.ts';

/** Reads and writes through Prisma, or through one of its transactions. */
export type Database = Prisma.TransactionClient;

const transactionOptions = { maxWait: acquireForPrismaMs, timeout: transactionMs };

/**
 * Returns a query that reads through Prisma, in its transaction if `db` is one. The query returns a `bigint` of SQL as a
 * BigInt, not as text.
 */
export function queryThrough(db: Database): Query {
  return <Row>(_name: string, text: string, values: unknown[]) => db.$queryRawUnsafe<Row[]>(text, ...values);
}

interface PrismaPoolOptions {
  /** The maximum of connections. */
  connections: number;
  /** How long PostgreSQL may be silent; 4 s unless given. */
  answerMs?: number;
  log?: Logger;
}

/**
 * Prisma's statements are prepared, but planned for each call. Otherwise PostgreSQL would keep a plan after five calls, and a
 * plan that was made for a small table is slow in a large one. Planning is cheaper than what Prisma does for a statement.
 */
const planning = { plan_cache_mode: 'force_custom_plan' };

/** Opens a pool for Prisma. */
export function prismaPool(url: string, { connections, ...options }: PrismaPoolOptions): BoundedPool {
  return new BoundedPool(url, {
    ...options,
    max: connections,
    acquireMs: acquireForPrismaMs,
    lifetimeSeconds,
    settings: planning,
  });
}

interface PrismaOptions {
  /** The maximum of connections. */
  connections?: number;
  log?: Logger;
  /** Receives the text of every SQL statement; tests count them. */
  onStatement?: (sql: string) => void;
  /** The pool to use, if the caller needs it too. `$disconnect` closes it as well. */
  pool?: BoundedPool;
}

/**
 * Opens Prisma on a pool of ours; `$disconnect` closes both. After a timeout, Prisma's own pool would keep a connection
 * that does not answer.
 */
export function openPrisma(url: string, options: PrismaOptions = {}): PrismaClient {
  const { connections = 4, log, onStatement, pool = prismaPool(url, { connections, log }) } = options;
  const adapter = new PrismaPg(pool, {
    schema: schemaOf(url) ?? undefined,
    disposeExternalPool: true,
    statementNameGenerator: statementNames(),
  });
  if (!onStatement) return new PrismaClient({ adapter, transactionOptions });
  const client = new PrismaClient({ adapter, transactionOptions, log: [{ emit: 'event', level: 'query' }] });
  client.$on('query', ({ query }) => onStatement(query));
  return client;
}
