import { PrismaPg } from '@prisma/adapter-pg';
import type { Logger } from 'pino';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { BoundedPool } from './bounded-pool.ts';
import { schemaOf } from './connection.ts';

/** Reads and writes through Prisma; inside a transaction, that transaction. */
export type Database = Prisma.TransactionClient;

/** How long to wait for a connection, and how long a transaction may take once it has one. */
const acquireMs = 10_000;
const transactionOptions = { maxWait: acquireMs, timeout: 15_000 };

/** The pool that Prisma works on, of that many connections at most. */
export function prismaPool(url: string, connections: number, log?: Logger): BoundedPool {
  return new BoundedPool(url, { max: connections, acquireMs, log });
}

interface PrismaOptions {
  /** How many connections it opens at most. */
  connections?: number;
  log?: Logger;
  /** Sees the text of every SQL statement (tests count them). */
  onStatement?: (sql: string) => void;
  /** The pool to work on, if somebody else wants to know of it; it is closed with `$disconnect` as well. */
  pool?: BoundedPool;
}

/**
 * Opens the pool that Prisma works on; `$disconnect` closes it. It is not Prisma's own, whose timeouts leave a connection
 * that does not answer in it.
 */
export function openPrisma(url: string, options: PrismaOptions = {}): PrismaClient {
  const { connections = 4, log, onStatement, pool = prismaPool(url, connections, log) } = options;
  const adapter = new PrismaPg(pool, { schema: schemaOf(url) ?? undefined, disposeExternalPool: true });
  if (!onStatement) return new PrismaClient({ adapter, transactionOptions });
  const client = new PrismaClient({ adapter, transactionOptions, log: [{ emit: 'event', level: 'query' }] });
  client.$on('query', ({ query }) => onStatement(query));
  return client;
}
