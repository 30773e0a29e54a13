import { highestId, lowestId } from '../base/ids.ts';

/** A part of a list: the first `limit` rows strictly between two keys, or if `inverted`, the last ones. */
export interface Stretch {
  after: string | null;
  before: string | null;
  limit: number;
  inverted: boolean;
}

/** Rows that belong to parents, and whose key orders them within a parent. Everything becomes part of SQL: never user input. */
export interface PageSource {
  table: string;
  /** The columns to read, of the alias `t`. */
  columns: string;
  /** The columns before the key in the index that pages are read from, each with the value that it must have. */
  leading: Readonly<Record<string, string>>;
  key: string;
  keyType: 'int' | 'uuid';
  /**
   * Whether another index begins with the key. A condition on the key alone lets PostgreSQL plan to read that one and to throw
   * away the rows of all other parents. So rows are compared as a whole.
   */
  hasIndexOfKey: boolean;
}

/** Keys before and after all others. */
const bounds = {
  int: ['-1', '2147483647'],
  uuid: [lowestId, highestId],
} as const;

/**
 * SQL: one page for each of many parents, for the values of `pageValues`. In `leading`, `parent.id` is the parent. At most
 * `limit` rows of each parent are read from the index on the leading columns and the key.
 */
export function pagesSql(source: PageSource, inverted: boolean): string {
  const { table, columns, leading, key, keyType, hasIndexOfKey } = source;
  const is = Object.entries(leading).map(([column, value]) => `t."${column}" = ${value}`);
  const compared = hasIndexOfKey ? leading : {};
  const row = [...Object.keys(compared), key].map((column) => `t."${column}"`).join(', ');
  const rowAt = (bound: string) => [...Object.values(compared), `${bound}::${keyType}`].join(', ');
  return `
    SELECT page.* FROM unnest($1::uuid[]) AS parent(id) CROSS JOIN LATERAL (
      SELECT ${columns} FROM "${table}" t
      WHERE ${is.join(' AND ')} AND (${row}) > (${rowAt('$2')}) AND (${row}) < (${rowAt('$3')})
      ORDER BY t."${key}" ${inverted ? 'DESC' : 'ASC'} LIMIT $4
    ) page`;
}

/** Returns the first four values of a statement with `pagesSql`. */
export function pageValues({ keyType }: PageSource, parents: readonly string[], stretch: Stretch): unknown[] {
  const [first, last] = bounds[keyType];
  return [parents, stretch.after ?? first, stretch.before ?? last, stretch.limit];
}

/** Returns the rows of each parent, in the order of `parents`. */
export function byParent<Row>(
  rows: readonly Row[],
  parents: readonly string[],
  parentOf: (row: Row) => string,
): Row[][] {
  const pages = new Map<string, Row[]>(parents.map((parent) => [parent, []]));
  for (const row of rows) pages.get(parentOf(row))?.push(row);
  return parents.map((parent) => pages.get(parent) ?? []);
}
