import { createAlarm } from './clock.ts';
import type { Base } from './core.ts';
import type { Store } from './store.ts';

/** Something that runs while at least one holds it, and lingers a little afterwards. */
export interface Held {
  readonly hold: () => () => void;
  /** Stops it and starts it anew, if it runs. */
  readonly restart: () => void;
  /** Holds it until the returned function is called, which also calls `unsubscribe`. */
  readonly with: (unsubscribe: () => void) => () => void;
  /** Returns the store as one whose subscribers hold this. */
  readonly store: <T>(store: Store<T>) => Store<T>;
}

/** `start` returns what stops it again. */
export function createHeld({ clock, ended, onEnd, options }: Base, start: () => () => void): Held {
  const holders = new Set<object>();
  const linger = createAlarm(clock);
  let stop: (() => void) | undefined;
  const end = () => {
    stop?.();
    stop = undefined;
  };
  const hold = () => {
    if (ended.aborted) return () => {};
    const holder = {};
    holders.add(holder);
    linger();
    stop ??= start();
    return () => {
      if (holders.delete(holder) && holders.size === 0) linger(options.linger ?? 2000, end);
    };
  };
  const holdWith = (unsubscribe: () => void) => {
    const release = hold();
    return () => {
      unsubscribe();
      release();
    };
  };
  onEnd(end);
  return {
    hold,
    restart() {
      if (!stop) return;
      stop();
      stop = start();
    },
    with: holdWith,
    store: (store) => ({ get: () => store.get(), subscribe: (changed) => holdWith(store.subscribe(changed)) }),
  };
}
