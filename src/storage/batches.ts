import { setTimeout as pause } from 'node:timers/promises';

/**
 * While callers come in a crowd, how long after a load the next one begins at the earliest. 5,000 who come back at once
 * are signed in a fifth sooner than without (bench/fan-out): the statements were more work than they.
 */
const crowdMs = 10;

/**
 * Joins calls that come while a load is under way: the next load takes them all, so that a thousand callers at once cost
 * a few statements and a lonely one waits for nobody. `load` answers in the order of its keys; its failure is the failure
 * of all who asked. At most `size` keys go into one load.
 */
export function inBatches<Key, Value>(
  load: (keys: Key[]) => Promise<readonly Value[]>,
  size = 1000,
): (key: Key) => Promise<Value> {
  interface Call {
    key: Key;
    resolve: (value: Value) => void;
    reject: (error: unknown) => void;
  }
  let waiting: Call[] = [];
  let isLoading = false;

  async function loadAll(): Promise<void> {
    isLoading = true;
    // Callers of the same tick go together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const calls = waiting.slice(0, size);
      waiting = waiting.slice(size);
      const startedAt = performance.now();
      try {
        const values = await load(calls.map(({ key }) => key));
        for (const [index, { resolve }] of calls.entries()) resolve(values[index] as Value);
      } catch (error) {
        for (const { reject } of calls) reject(error);
      }
      const rest = startedAt + crowdMs - performance.now();
      if (waiting.length > 0 && waiting.length < size && rest > 0) await pause(rest);
    }
    isLoading = false;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!isLoading) void loadAll();
    });
}
