import type { Outbox } from './outbox.ts';

/**
 * The highest total cost of the operations that a connection executes at the same time, in the unit of `limits.cost`. Two
 * hundred sends fit, so that they are stored in full groups; a large query is executed alone.
 */
const budget = 4000;

interface Waiting {
  id: string;
  cost: number;
  start: () => void;
}

/**
 * Starts the operations of a connection in order. Each one starts when the peer has read enough of the earlier answers,
 * and when the cost of the running operations permits it. So the answers that wait for the peer stay bounded.
 */
export class Executions {
  readonly #outbox: Pick<Outbox, 'hasRoomFor' | 'drained'>;
  readonly #costs = new Map<string, number>();
  #cost = 0;
  #waiting: Waiting[] = [];
  #isWaitingForRoom = false;

  constructor(outbox: Pick<Outbox, 'hasRoomFor' | 'drained'>) {
    this.#outbox = outbox;
  }

  /**
   * Starts an operation and returns null, or returns a promise that resolves when it is the operation's turn. It resolves
   * also when the connection is closed; the operation must not be executed then.
   */
  enter(id: string, cost: number): Promise<void> | null {
    if (this.#waiting.length === 0 && this.#mayStart(cost)) {
      this.#start(id, cost);
      return null;
    }
    return new Promise((start) => {
      this.#waiting.push({ id, cost, start });
      this.#startNext();
    });
  }

  /** Ends an operation that was answered or has become live. May be called twice, and for one that never entered. */
  leave(id: string): void {
    this.#cost -= this.#costs.get(id) ?? 0;
    this.#costs.delete(id);
    this.#startNext();
  }

  /** Resolves all turns that are waited for: nothing is executed any more. */
  close(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { start } of waiting) start();
  }

  #mayStart(cost: number): boolean {
    const isCheap = this.#costs.size === 0 || this.#cost + cost <= budget;
    return isCheap && this.#outbox.hasRoomFor(0);
  }

  #start(id: string, cost: number): void {
    this.#costs.set(id, cost);
    this.#cost += cost;
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next && this.#mayStart(next.cost); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#start(next.id, next.cost);
      next.start();
    }
    if (this.#waiting.length > 0 && !this.#outbox.hasRoomFor(0)) void this.#startWhenDrained();
  }

  async #startWhenDrained(): Promise<void> {
    if (this.#isWaitingForRoom) return;
    this.#isWaitingForRoom = true;
    await this.#outbox.drained();
    this.#isWaitingForRoom = false;
    this.#startNext();
  }
}
