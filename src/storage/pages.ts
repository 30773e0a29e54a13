import { Prisma } from '../generated/prisma/client.ts';
import type { Database } from './prisma.ts';

/** A part of a list: the first `limit` rows strictly between two keys, or if `inverted`, the last ones. */
export interface Stretch {
  after: string | null;
  before: string | null;
  limit: number;
  inverted: boolean;
}

/** Rows that belong to parents, and whose key orders them within a parent. The names become part of SQL: never user input. */
export interface PageSource {
  table: string;
  parent: string;
  key: string;
  keyType: 'int' | 'uuid';
  /** Another condition on the rows. */
  where?: string;
}

/**
 * Loads one page for each of many parents in one statement, which reads at most `limit` rows per parent from an index on
 * (parent, key). Returns a list for each parent, in the order of `parents`.
 */
export async function loadPages<Row>(
  db: Database,
  source: PageSource,
  parents: readonly string[],
  stretch: Stretch,
): Promise<Row[][]> {
  const rows = await db.$queryRaw<(Row & Record<string, unknown>)[]>(pagesStatement(source, parents, stretch));
  const byParent = new Map<unknown, Row[]>(parents.map((parent) => [parent, []]));
  for (const row of rows) byParent.get(row[source.parent])?.push(row);
  return parents.map((parent) => byParent.get(parent) ?? []);
}

function pagesStatement(source: PageSource, parents: readonly string[], stretch: Stretch): Prisma.Sql {
  const key = Prisma.raw(`t."${source.key}"`);
  const type = Prisma.raw(source.keyType);
  const after = stretch.after === null ? Prisma.empty : Prisma.sql`AND ${key} > ${stretch.after}::${type}`;
  const before = stretch.before === null ? Prisma.empty : Prisma.sql`AND ${key} < ${stretch.before}::${type}`;
  const where = source.where ? Prisma.raw(`AND ${source.where}`) : Prisma.empty;
  const direction = Prisma.raw(stretch.inverted ? 'DESC' : 'ASC');
  return Prisma.sql`
    SELECT page.* FROM unnest(${parents}::uuid[]) AS parent(id)
    CROSS JOIN LATERAL (
      SELECT t.* FROM ${Prisma.raw(`"${source.table}"`)} t
      WHERE t.${Prisma.raw(`"${source.parent}"`)} = parent.id ${after} ${before} ${where}
      ORDER BY ${key} ${direction} LIMIT ${stretch.limit}
    ) page`;
}
