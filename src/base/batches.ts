import { setTimeout as pause } from 'node:timers/promises';
import { isWithin, withDeadline } from './deadlines.ts';

/**
 * While callers come in a crowd, how long after a load the next one begins at the earliest. 5,000 who come back at once
 * are signed in a fifth sooner than without (bench/fan-out): the statements were more work than they.
 */
const crowdMs = 10;

/** How long a load may take before the next one goes beside it: its connection may be one that does not answer. */
const lateMs = 500;
/** Loads under way at most, and how long one may take at all; whatever it waits for should have given up long before. */
const loadsAtOnce = 3;
const loadMs = 20_000;

/**
 * Joins calls that come while a load is under way: the next load takes them all, so that a thousand callers at once cost
 * a few statements and a lonely one waits for nobody. `load` answers in the order of its keys; its failure is the failure
 * of all who asked. At most `size` keys go into one load, or as many as `weigh` no more than that together, and at least
 * one. A load that is late holds up nobody but those who asked with it.
 */
export function inBatches<Key, Value>(
  load: (keys: Key[]) => Promise<readonly Value[]>,
  size = 1000,
  weigh: (key: Key) => number = () => 1,
): (key: Key) => Promise<Value> {
  interface Call {
    key: Key;
    resolve: (value: Value) => void;
    reject: (error: unknown) => void;
  }
  const waiting: Call[] = [];
  /** Whether a load is about to start, or under way and not late. */
  let isLoading = false;
  let late = 0;

  async function loadAll(): Promise<void> {
    isLoading = true;
    // Callers of the same tick go together.
    await Promise.resolve();
    while (waiting.length > 0 && late < loadsAtOnce) {
      const calls = waiting.splice(0, fitting());
      const startedAt = performance.now();
      const settled = settle(calls);
      if (!(await isWithin(settled, lateMs))) {
        late += 1;
        void settled.then(() => {
          late -= 1;
          start();
        });
      }
      const rest = startedAt + crowdMs - performance.now();
      if (waiting.length > 0 && waiting.length < size && rest > 0) await pause(rest);
    }
    isLoading = false;
  }

  /** How many of those who wait go into the next load. */
  function fitting(): number {
    let weight = 0;
    const end = waiting.findIndex(({ key }) => {
      weight += weigh(key);
      return weight > size;
    });
    return end < 0 ? waiting.length : Math.max(1, end);
  }

  function start(): void {
    if (!isLoading && waiting.length > 0 && late < loadsAtOnce) void loadAll();
  }

  async function settle(calls: readonly Call[]): Promise<void> {
    try {
      const values = await withDeadline(async () => load(calls.map(({ key }) => key)), loadMs);
      for (const [index, { resolve }] of calls.entries()) resolve(values[index] as Value);
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      start();
    });
}

/** The same, of keys that are loaded once for all who ask while they wait, and who get the same value. */
export function inBatchesOfDifferent<Key, Value>(
  load: (keys: Key[]) => Promise<readonly Value[]>,
  size?: number,
): (key: Key) => Promise<Value> {
  const waiting = new Map<Key, Promise<Value>>();
  const ask = inBatches((keys: Key[]) => {
    // Whoever comes from now on must see what has happened until then.
    for (const key of keys) waiting.delete(key);
    return load(keys);
  }, size);
  return (key) => {
    const answer = waiting.get(key) ?? ask(key);
    waiting.set(key, answer);
    return answer;
  };
}
