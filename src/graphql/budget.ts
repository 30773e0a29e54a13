import { type ChatError, invalidInput } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

/** How many bytes of long texts one operation has used. A text counts when it is loaded, and each time it is in a result. */
export interface Budget {
  maxTextBytes: number;
  textBytes: number;
  /** The last load of long texts. Loads run one after the other, because each may use up the budget. */
  loading?: Promise<unknown>;
}

/** The part of a context that budgets need. */
interface Budgeted {
  readonly budget: Budget;
}

/** Returns a budget that nothing has used. */
export function newBudget(maxTextBytes = limits.textBytes): Budget {
  return { textBytes: 0, maxTextBytes };
}

/** Allows one result of a subscription as much text as a query has: for results that are large and rare. */
export function allowWholeBudget({ budget }: Budgeted): void {
  budget.maxTextBytes = limits.textBytes;
}

/** Allows a result more text for each event in it, so that readers who catch up get many events at once. */
export function allowForEvents({ budget }: Budgeted, events: number): void {
  budget.maxTextBytes = Math.min(limits.textBytes, Math.max(budget.maxTextBytes, events * limits.eventTextBytes));
}

/** Returns a resolver of a text that users wrote. It counts the text; once the budget is spent, it returns an empty one. */
export function counted<Row, Text extends string | null>(textOf: (row: Row) => Text) {
  return (row: Row, _args: object, { budget }: Budgeted): Text | '' => {
    const text = textOf(row);
    if (text === null) return text;
    if (isSpent(budget)) return '';
    budget.textBytes += jsonBytes(text);
    return text;
  };
}

interface CountedLoad<Key, Item> {
  keys: readonly Key[];
  /** The largest number of keys in one statement. */
  atOnce: number;
  load: (keys: Key[]) => Promise<readonly Item[]>;
  /** Returns the long texts of an item. */
  textsOf: (item: Item) => readonly (string | null)[];
}

/**
 * Loads items with long texts, one statement after the other, until the budget is spent. If it is spent, items are
 * missing, and the server refuses the whole result.
 */
export function loadCounted<Key, Item>({ budget }: Budgeted, options: CountedLoad<Key, Item>): Promise<Item[]> {
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

/** Returns whether the operation must be refused, whatever its result is. */
export function isSpent({ textBytes, maxTextBytes }: Budget): boolean {
  return textBytes > maxTextBytes;
}

/** Returns the error for an operation that has spent its budget. */
export function tooMuchText({ maxTextBytes }: Budget): ChatError {
  const megabytes = maxTextBytes / 2 ** 20;
  return invalidInput(`The operation asks for more than ${megabytes} MiB of text. Ask for smaller pages.`, [], 'cost');
}

/** Returns the bytes of a text in a result, where a control character takes six. */
function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
