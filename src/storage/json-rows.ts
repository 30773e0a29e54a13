/**
 * SQL: the rows of a query as one JSON value, null if there are none. A statement that reads several kinds of rows returns a
 * single row, with one such value for each kind: rows of node-postgres took a third more of this process's time, because of
 * their columns. A date in JSON is a text: see `withDates`.
 */
export function jsonRows(query: string, order = ''): string {
  return `(SELECT json_agg(row ${order}) FROM (${query}) row)`;
}

/** Turns the texts of these columns into dates, in place. */
export function withDates<Row extends object>(rows: readonly Row[] | null, columns: readonly (keyof Row)[]): Row[] {
  for (const row of rows ?? []) {
    for (const column of columns) {
      const text: unknown = row[column];
      if (typeof text === 'string') row[column] = new Date(text) as Row[typeof column];
    }
  }
  return (rows ?? []) as Row[];
}

/** Returns the next parameters of a statement that begins with this SQL: `$5`, `$6` … after `$4`. */
export function parametersAfter(sql: string, count: number): string[] {
  const last = Math.max(...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  return Array.from({ length: count }, (_, index) => `$${last + index + 1}`);
}

/** Returns rows by their ids. */
export function byId<Row extends { id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
