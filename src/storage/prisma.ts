import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { connectionTo, schemaOf } from './connection.ts';

/** Reads and writes through Prisma; inside a transaction, that transaction. */
export type Database = Prisma.TransactionClient;

/** How long a transaction may wait for a connection, and take: it may wait for a busy room's lock. */
const transactionOptions = { maxWait: 10_000, timeout: 15_000 };

/** Opens the pool that Prisma works on. `onStatement` sees the text of every SQL statement (tests count them). */
export function openPrisma(url: string, onStatement?: (sql: string) => void): PrismaClient {
  const adapter = new PrismaPg(connectionTo(url, { max: 10 }), { schema: schemaOf(url) ?? undefined });
  if (!onStatement) return new PrismaClient({ adapter, transactionOptions });
  const client = new PrismaClient({ adapter, transactionOptions, log: [{ emit: 'event', level: 'query' }] });
  client.$on('query', ({ query }) => onStatement(query));
  return client;
}
