/** A value that changes, in the form of the client's stores. */
export class Value<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  set(value: T): void {
    if (value === this.#value) return;
    this.#value = value;
    for (const changed of [...this.#listeners]) changed();
  }
}
