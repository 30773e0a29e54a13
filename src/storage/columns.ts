/**
 * Returns the columns of a model, for a prepared SELECT: `fields` is one of Prisma's `…ScalarFieldEnum`. With `*`, every
 * prepared statement would fail on old nodes after a newer one has added a column ("cached plan must not change result type").
 */
export function columnsOf(fields: Record<string, string>): string {
  return Object.values(fields)
    .map((field) => `"${field}"`)
    .join(', ');
}
