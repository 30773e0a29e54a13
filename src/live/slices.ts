/** All who wait get their turn within this time, unless given. */
const usualWithinMs = 5000;
const sliceMs = 100;
const sliceSize = 20;

/**
 * Calls a function for each of many items in slices, over some seconds: after lost publications, each item reads from the
 * database, which others need meanwhile.
 */
export class Slices<Item> {
  readonly #call: (item: Item) => void;
  readonly #onError: (error: unknown) => void;
  readonly #slices: number;
  /** The next ones first. */
  readonly #waiting = new Set<Item>();
  #size = sliceSize;
  #timer: NodeJS.Timeout | null = null;

  /** `onError` is called with each error that `call` throws. */
  constructor(call: (item: Item) => void, onError: (error: unknown) => void, withinMs = usualWithinMs) {
    this.#call = call;
    this.#onError = onError;
    this.#slices = withinMs / sliceMs;
  }

  /**
   * Begins with the first slice at once, unless others wait. An item that waits already keeps its place: if more is lost
   * every second, all have their turn.
   */
  add(items: Iterable<Item>): void {
    for (const item of items) this.#waiting.add(item);
    this.#size = Math.max(sliceSize, Math.ceil(this.#waiting.size / this.#slices));
    if (!this.#timer) this.#callSome();
  }

  delete(item: Item): void {
    this.#waiting.delete(item);
  }

  #callSome(): void {
    for (const item of [...this.#waiting].slice(0, this.#size)) {
      this.#waiting.delete(item);
      try {
        this.#call(item);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#timer = this.#waiting.size > 0 ? setTimeout(() => this.#callSome(), sliceMs).unref() : null;
  }
}
