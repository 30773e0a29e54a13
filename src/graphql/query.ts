import type { Query } from '../storage/pool.ts';
import { queryThrough } from '../storage/prisma.ts';
import type { Context } from './context.ts';

/** Returns the query for the reads of an operation: in its snapshot if it has one, else by prepared statements. */
export function queryOf({ db, isSnapshot, services }: Context): Query {
  return isSnapshot ? queryThrough(db) : services.query;
}
