import DataLoader from 'dataloader';
import type { Context } from './context.ts';

/**
 * Returns a function that calls `make` once for each operation and keeps the value in the operation's context.
 *
 * A `WeakMap` with contexts as keys would be slower. V8's minor garbage collections treat the values of an old `WeakMap` as
 * alive, and so everything that an operation used. That took a twelfth of the CPU time of a message.
 */
export function perOperation<Value>(make: (context: Context) => Value): (context: Context) => Value {
  return (context) => {
    const known = context.loaded.get(make);
    if (known !== undefined) return known as Value;
    const made = make(context);
    context.loaded.set(make, made);
    return made;
  };
}

/**
 * Returns a loader for each operation. `load` receives all ids of one tick and returns rows in any order. The loader
 * returns null for a missing row.
 */
export function loaderOf<Row>(
  load: (context: Context, ids: string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): (context: Context) => DataLoader<string, Row | null> {
  return perOperation((context) => new DataLoader(async (ids) => inOrderOf(ids, await load(context, [...ids]), idOf)));
}

/** Returns the rows in the order of their ids; null for an id without a row. */
export function inOrderOf<Row>(
  ids: readonly string[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
): (Row | null)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Returns the row with this id; null if the id is null, or if the row is missing or hidden from the viewer. */
export function loadOptional<Row>(
  loader: DataLoader<string, Row | null>,
  id: string | null,
): Promise<Row | null> | null {
  return id === null ? null : loader.load(id);
}

/** Returns the row with this id. If it is missing, GraphQL reports an error. */
export function loadRequired<Row>(loader: DataLoader<string, Row | null>, id: string): Promise<Row> {
  return loader.load(id) as Promise<Row>;
}
