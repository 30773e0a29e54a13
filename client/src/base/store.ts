import { guard } from './guard.ts';

/** A value that changes, in the form that React's `useSyncExternalStore` takes: functions that need no `this`. */
export interface Store<T> {
  /** Returns the present value; the same object until something changes. */
  readonly get: () => T;
  /** Calls `changed` after each change, until the returned function is called. What it throws is reported as an error of the app. */
  readonly subscribe: (changed: () => void) => () => void;
}

/** A set of listeners. One that throws is reported, and the others are called. */
export class Listeners<T extends unknown[]> {
  readonly #listeners = new Set<{ call: (...values: T) => void }>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void = reportToPlatform) {
    this.#report = report;
  }

  get size(): number {
    return this.#listeners.size;
  }

  add(call: (...values: T) => void): () => void {
    const listener = { call };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  call(...values: T): void {
    for (const { call } of [...this.#listeners]) guard(() => call(...values), this.#report);
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** A store that its owner sets. */
export class Value<T> implements Store<T> {
  readonly #listeners = new Listeners<[]>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;
  readonly subscribe = (changed: () => void): (() => void) => this.#listeners.add(changed);

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.#listeners.call();
  }

  /** Forgets all listeners. */
  clear(): void {
    this.#listeners.clear();
  }
}

/** Shows an app its own fault: as browsers show an uncaught error, but without ending a process of Node.js. */
function reportToPlatform(error: unknown): void {
  (globalThis.reportError ?? console.error)(error);
}
