/**
 * Returns the columns of a table for a prepared SELECT. `fields` is one of Prisma's `…ScalarFieldEnum`, `table` a name or
 * alias of the table. With `*`, a prepared statement fails on running nodes once a newer node has added a column ("cached
 * plan must not change result type").
 */
export function columnsOf(fields: Record<string, string>, table: string): string {
  return Object.values(fields)
    .map((field) => `${table}."${field}"`)
    .join(', ');
}
