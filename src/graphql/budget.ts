import { type ChatError, invalidInput } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Context } from './context.ts';

/** What one operation has used: long texts, each time it loads one and each time it shows one. */
export interface Budget {
  /** How much it may use. */
  maxTextBytes: number;
  textBytes: number;
  /** The last load of long texts: they go one after the other, as each may be the last. */
  loading?: Promise<unknown>;
}

export function newBudget(maxTextBytes = limits.textBytes): Budget {
  return { textBytes: 0, maxTextBytes };
}

/** Lets the result of a subscription have as much text as a query: it tells of much at once, and rarely. */
export function allowWholeBudget({ budget }: Context): void {
  budget.maxTextBytes = limits.textBytes;
}

/** Lets a result that tells of many events have more text: readers who catch up get as much with each. */
export function allowForEvents({ budget }: Context, events: number): void {
  budget.maxTextBytes = Math.min(limits.textBytes, Math.max(budget.maxTextBytes, events * limits.eventTextBytes));
}

/** A resolver of a text that people write: it counts, and is left out of a result that is refused anyway. */
export function counted<Row, Text extends string | null>(textOf: (row: Row) => Text) {
  return (row: Row, _args: object, { budget }: Context): Text | '' => {
    const text = textOf(row);
    if (text === null) return text;
    if (isSpent(budget)) return '';
    budget.textBytes += jsonBytes(text);
    return text;
  };
}

interface CountedLoad<Key, Item> {
  keys: readonly Key[];
  /** Keys in one statement at most. */
  atOnce: number;
  load: (keys: Key[]) => Promise<readonly Item[]>;
  /** The long texts of what was loaded. */
  textsOf: (item: Item) => readonly (string | null)[];
}

/**
 * Loads what has long texts, statement after statement, until the budget is spent: what is missing then is missing in a
 * result that is refused anyway.
 */
export function loadCounted<Key, Item>({ budget }: Context, options: CountedLoad<Key, Item>): Promise<Item[]> {
  const work = () => loadWithin(budget, options);
  const loaded = budget.loading ? budget.loading.then(work, work) : work();
  budget.loading = loaded;
  return loaded;
}

async function loadWithin<Key, Item>(budget: Budget, options: CountedLoad<Key, Item>): Promise<Item[]> {
  const { keys, atOnce, load, textsOf } = options;
  const items: Item[] = [];
  for (let start = 0; start < keys.length && !isSpent(budget); start += atOnce) {
    for (const item of await load(keys.slice(start, start + atOnce))) {
      for (const text of textsOf(item)) budget.textBytes += text === null ? 0 : Buffer.byteLength(text);
      items.push(item);
    }
  }
  return items;
}

/** Whether the operation is to be refused, whatever its result is by now. */
export function isSpent({ textBytes, maxTextBytes }: Budget): boolean {
  return textBytes > maxTextBytes;
}

/** The answer to an operation that has spent its budget. */
export function tooMuchText({ maxTextBytes }: Budget): ChatError {
  const megabytes = maxTextBytes / 2 ** 20;
  return invalidInput(`The operation asks for more than ${megabytes} MiB of text. Ask for smaller pages.`, [], 'cost');
}

/** Bytes of the text as a result has it: a control character takes six. */
function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
