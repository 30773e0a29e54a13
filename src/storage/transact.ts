import type { PrismaClient } from '../generated/prisma/client.ts';
import { failureOf, NotDoneError } from './failures.ts';
import type { Database } from './prisma.ts';

/**
 * Does some work in a transaction. A connection that is lost before the commit is asked for is a NotDoneError, as nothing
 * was kept then; one that is lost later leaves unknown what became of the work.
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
