import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isWithin, withDeadline } from './deadlines.ts';

/** After this time since the last load started, the next one no longer waits for further calls. */
const gatherMs = 10;

/** A turn of the event loop that takes less, in milliseconds, had nothing to do: an empty one takes less than 0.01 (Node.js 20). */
const emptyTurnMs = 0.03;

/** Returns how long the event loop has waited for work, since the process started. */
const idleMs = () => performance.eventLoopUtilization().idle;

/** A load that takes longer than this no longer delays the next one: its connection may be dead. */
const lateMs = 500;
const maxLateLoads = 3;
/** Longer than anything that a load waits for: a load that takes longer fails. */
const loadMs = 20_000;

type Load<Key, Value> = (keys: Key[]) => Promise<readonly Value[]>;

interface Call<Key, Value> {
  key: Key;
  resolve: (value: Value) => void;
  reject: (error: unknown) => void;
}

/**
 * Combines calls that arrive while a load runs: the next load takes all of them, so a thousand calls at once cost a few
 * statements, and a single call starts at once. `load` returns the values in the order of its keys; if it fails, all its
 * calls fail. A load has a single key, or several keys that together weigh at most `maxWeight`. A late load delays only
 * its own calls.
 */
export function coalesce<Key, Value>(
  load: Load<Key, Value>,
  maxWeight = 1000,
  weigh: (key: Key) => number = () => 1,
): (key: Key) => Promise<Value> {
  const loader = new Loader(load, maxWeight, weigh);
  return (key) => loader.call(key);
}

/** Like `coalesce`, for calls with equal keys: while such calls wait, the key is loaded once for all of them. */
export function coalesceDistinct<Key, Value>(load: Load<Key, Value>, maxWeight = 1000): (key: Key) => Promise<Value> {
  const waiting = new Map<Key, Promise<Value>>();
  const loadDistinct = (keys: Key[]) => {
    // From here on, an equal call gets a new load: it must see changes that this load misses.
    for (const key of keys) waiting.delete(key);
    return load(keys);
  };
  const loader = new Loader(loadDistinct, maxWeight, () => 1);
  return (key) => {
    const known = waiting.get(key);
    if (known) {
      loader.noteCall();
      return known;
    }
    const value = loader.call(key);
    waiting.set(key, value);
    return value;
  };
}

class Loader<Key, Value> {
  readonly #load: Load<Key, Value>;
  readonly #maxWeight: number;
  readonly #weigh: (key: Key) => number;
  readonly #waiting: Call<Key, Value>[] = [];
  /** The number of calls so far, with those that share the value of a waiting call. */
  #calls = 0;
  /** Whether a load is about to start, or runs and is not late. */
  #isLoading = false;
  #lateLoads = 0;

  constructor(load: Load<Key, Value>, maxWeight: number, weigh: (key: Key) => number) {
    this.#load = load;
    this.#maxWeight = maxWeight;
    this.#weigh = weigh;
  }

  /** Counts a call that shares the value of a waiting one. */
  noteCall(): void {
    this.#calls += 1;
  }

  call(key: Key): Promise<Value> {
    this.noteCall();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      this.#start();
    });
  }

  get #mayLoad(): boolean {
    return this.#waiting.length > 0 && this.#lateLoads < maxLateLoads;
  }

  #start(): void {
    if (!this.#isLoading && this.#mayLoad) void this.#loadAll();
  }

  async #loadAll(): Promise<void> {
    this.#isLoading = true;
    // Calls of the same tick go into one load.
    await Promise.resolve();
    while (this.#mayLoad) {
      const [startedAt, idleBefore] = [performance.now(), idleMs()];
      await this.#settledOrLate(this.#nextCalls());
      await this.#gather(startedAt + gatherMs, idleMs() === idleBefore);
    }
    this.#isLoading = false;
  }

  /**
   * Waits while turns of the event loop bring further calls. If the loop was never idle during the last load (`wasBusy`), also
   * waits while turns have other work. Calls that arrive meanwhile go into the next load too: if 5,000 clients reconnect at
   * once, they are back a third sooner than with a load after each turn without a call (bench/fan-out). There is no timer: a
   * few callers would wait for it on an idle CPU.
   */
  async #gather(until: number, wasBusy: boolean): Promise<void> {
    let isBusy = true;
    while (isBusy && this.#isGathering(until)) {
      const [known, startedAt] = [this.#calls, performance.now()];
      await nextTurn();
      isBusy = this.#calls > known || (wasBusy && performance.now() - startedAt > emptyTurnMs);
    }
  }

  #isGathering(until: number): boolean {
    const { length } = this.#waiting;
    return length > 0 && length < this.#maxWeight && performance.now() < until;
  }

  #nextCalls(): Call<Key, Value>[] {
    let weight = 0;
    const end = this.#waiting.findIndex(({ key }) => {
      weight += this.#weigh(key);
      return weight > this.#maxWeight;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : Math.max(1, end));
  }

  /** Loads, and resolves when the calls are settled or late. */
  async #settledOrLate(calls: readonly Call<Key, Value>[]): Promise<void> {
    const settled = this.#settle(calls);
    if (await isWithin(settled, lateMs)) return;
    this.#lateLoads += 1;
    void settled.then(() => {
      this.#lateLoads -= 1;
      this.#start();
    });
  }

  async #settle(calls: readonly Call<Key, Value>[]): Promise<void> {
    try {
      const values = await withDeadline(async () => this.#load(calls.map(({ key }) => key)), loadMs);
      for (const [index, { resolve }] of calls.entries()) resolve(values[index] as Value);
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
}
