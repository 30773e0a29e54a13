/**
 * What one operation has loaded or is loading, by the function that made it (see loaders.ts). The map is made with the first
 * value: the context of a subscription never has one, because each result gets its own context.
 */
export class Loaded {
  #values: Map<unknown, unknown> | null = null;

  /** Whether nothing was loaded: the result shows only what came with its value. */
  get isEmpty(): boolean {
    return this.#values === null;
  }

  get(key: unknown): unknown {
    return this.#values?.get(key);
  }

  set(key: unknown, value: unknown): void {
    this.#values ??= new Map();
    this.#values.set(key, value);
  }

  clear(): void {
    this.#values?.clear();
  }
}
