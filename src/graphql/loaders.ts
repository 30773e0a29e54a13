import DataLoader from 'dataloader';
import type { Context } from './context.ts';

/**
 * Makes something once for each operation that asks for it. It is kept in the operation's context: in a `WeakMap` by
 * context, V8 takes the values of an old table for alive at every small collection, and with them all that the operation
 * used (a twelfth of the CPU of a message).
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

/** A loader for each operation: `load` brings all that it asks for at a time, in any order; null is what is not there. */
export function loaderOf<Row>(
  load: (context: Context, ids: string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): (context: Context) => DataLoader<string, Row | null> {
  return perOperation((context) => new DataLoader(async (ids) => inOrderOf(ids, await load(context, [...ids]), idOf)));
}

/** Rows in the order of the ids that they were asked for by; null where there is none. */
export function inOrderOf<Row>(
  ids: readonly string[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
): (Row | null)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** What a row refers to, if it refers to anything; null also for what is not there or the viewer may not see. */
export function loadOptional<Row>(
  loader: DataLoader<string, Row | null>,
  id: string | null,
): Promise<Row | null> | null {
  return id === null ? null : loader.load(id);
}

/** What a row refers to without fail; GraphQL makes an error of it if it is missing. */
export function loadRequired<Row>(loader: DataLoader<string, Row | null>, id: string): Promise<Row> {
  return loader.load(id) as Promise<Row>;
}
