import type { PrismaClient } from '../generated/prisma/client.ts';
import { failureOf, NotDoneError } from './failures.ts';
import type { Database } from './prisma.ts';

/**
 * Runs `work` in a transaction. If the connection is lost before the commit is requested, rejects with NotDoneError, as
 * PostgreSQL rolls back; if it is lost later, the outcome is unknown.
 */
export async function transact<Result>(prisma: PrismaClient, work: (tx: Database) => Promise<Result>): Promise<Result> {
  let isDone = false;
  try {
    return await prisma.$transaction(async (tx) => {
      const result = await work(tx);
      isDone = true;
      return result;
    });
  } catch (error) {
    if (isDone || failureOf(error) !== 'LOST') throw error;
    throw new NotDoneError('The connection was lost before the commit', { cause: error });
  }
}
