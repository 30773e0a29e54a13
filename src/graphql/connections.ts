import type { ArgBuilder } from '@pothos/core';
import { resolveCursorConnection } from '@pothos/plugin-relay';
import DataLoader from 'dataloader';
import type { CappedCount } from '../base/capped-count.ts';
import { invalidInput } from '../base/errors.ts';
import { opaque } from '../base/ids.ts';
import { limits } from '../base/limits.ts';
import type { Stretch } from '../storage/pages.ts';
import { loadCounted } from './budget.ts';
import { builder, pageArguments, type SchemaTypes } from './builder.ts';
import type { Context } from './context.ts';
import { perOperation } from './loaders.ts';

/** Arguments of a list that is paged forwards only. */
export interface ForwardArguments {
  first?: number | null;
  after?: string | null;
}

interface PageArguments extends ForwardArguments {
  last?: number | null;
  before?: string | null;
}

/** What the cursors of a list contain: a name, so that other lists refuse them, and a key of the row. */
export interface CursorKey<Row> {
  name: string;
  of: (row: Row) => string | number;
  pattern: RegExp;
}

/**
 * Returns one page of a Relay connection. `load` returns its rows, and one more row if the list continues. Without
 * `first` and `last`, the page has the first 20. Throws INVALID_INPUT for an invalid cursor or size.
 */
export async function connect<Row>(
  args: PageArguments,
  key: CursorKey<Row>,
  load: (stretch: Stretch) => Promise<readonly Row[]>,
) {
  checkSizes(args);
  const after = decodeCursor(key, args.after, 'after');
  const before = decodeCursor(key, args.before, 'before');
  const toCursor = (row: unknown) => cursorOf(key, row as Row);
  const { edges, pageInfo } = await resolveCursorConnection(
    { args, toCursor, defaultSize: limits.defaultPageSize, maxSize: limits.maxPageSize },
    async ({ limit, inverted }): Promise<readonly unknown[]> => load({ after, before, limit, inverted }),
  );
  return {
    edges: edges as { cursor: string; node: Row }[],
    pageInfo: {
      // If the client passed a cursor, the item of that cursor lies outside this page.
      hasNextPage: pageInfo.hasNextPage || before !== null,
      hasPreviousPage: pageInfo.hasPreviousPage || after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Returns the cursor of a row in a list, the same as `connect` returns. */
export function cursorOf<Row>(key: CursorKey<Row>, row: Row): string {
  const text = `${key.name}:${key.of(row)}`;
  // Usernames have letters of any script.
  return beyondAscii.test(text) ? Buffer.from(text).toString('base64url') : opaque(text);
}

const beyondAscii = /[^ -~]/;

function checkSizes({ first, last }: PageArguments): void {
  if (first != null && last != null) throw invalidInput('Use `first` or `last`, not both.', ['first'], 'exclusive');
  for (const [name, size] of Object.entries({ first, last })) {
    if (size == null || (size >= 0 && size <= limits.maxPageSize)) continue;
    throw invalidInput(`\`${name}\` is ${size}; expected 0 to ${limits.maxPageSize}.`, [name], 'pageSize');
  }
}

function decodeCursor<Row>(key: CursorKey<Row>, cursor: string | null | undefined, argument: string): string | null {
  if (cursor == null) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  const value = text.slice(key.name.length + 1);
  if (!text.startsWith(`${key.name}:`) || !key.pattern.test(value)) {
    throw invalidInput(`\`${argument}\` is not a cursor of this list.`, [argument], 'cursor');
  }
  return value;
}

/** A number that fits a 32-bit integer column. */
export const numberPattern = /^\d{1,9}$/;

/** Declares the arguments of a list that is paged forwards only. */
export function forwardArguments(arg: ArgBuilder<SchemaTypes>) {
  return { first: arg.int(pageArguments.first), after: arg.string(pageArguments.after) };
}

/** How to load pages of many parents. */
interface PagesOf<Row, Parts> {
  /** Loads a page of each parent in one statement. `parts`: what to read together with the rows. */
  load: (context: Context, parents: readonly string[], stretch: Stretch, parts: Parts) => Promise<Row[][]>;
  /** For rows with long texts, which count against the operation's budget. */
  texts?: {
    /** The largest number of rows in one statement. */
    atOnce: number;
    /** Returns the texts in a page. */
    of: (page: readonly Row[]) => (string | null)[];
  };
}

/** Returns a loader of pages. One statement loads the pages of many parents, if they have the same arguments. */
export function pageLoader<Row, Parts>({ load, texts }: PagesOf<Row, Parts>) {
  const loadAll = async (context: Context, parents: readonly string[], stretch: Stretch, parts: Parts) => {
    // A counted load may not wait for another one, as they run one after the other.
    if (!texts) return load(context, parents, stretch, parts);
    const pages = await loadCounted(context, {
      keys: parents,
      atOnce: Math.ceil(texts.atOnce / stretch.limit),
      load: (keys) => load(context, keys, stretch, parts),
      textsOf: texts.of,
    });
    return parents.map((_parent, index) => pages[index] ?? []);
  };
  const cache = perOperation(() => new Map<string, PageLoader<Row>>());
  return (context: Context, stretch: Stretch, parts: Parts): PageLoader<Row> => {
    const loaders = cache(context);
    const key = JSON.stringify([stretch, parts]);
    const loader = loaders.get(key) ?? new DataLoader((parents) => loadAll(context, parents, stretch, parts));
    loaders.set(key, loader);
    return loader;
  };
}

type PageLoader<Row> = DataLoader<string, Row[]>;

export const CappedCountType = builder.objectRef<CappedCount>('CappedCount').implement({
  description: 'A count that may stop at a maximum.',
  fields: (t) => ({
    value: t.exposeInt('value', { description: 'The exact count, or the maximum if `isCapped` is true.' }),
    isCapped: t.exposeBoolean('isCapped', {
      description: 'Whether counting stopped at `value` because the real count is higher.',
    }),
  }),
});
