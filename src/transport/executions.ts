import type { Outbox } from './outbox.ts';

/**
 * What the operations of a connection that execute at the same time may cost together, in the unit of `limits.cost`. Two
 * hundred sends go beside each other, so that they are stored in full groups; a large query goes alone.
 */
const budget = 4000;

interface Waiting {
  id: string;
  cost: number;
  start: () => void;
}

/**
 * Starts the operations of a connection in the order in which they came, each when the answers of those before leave room
 * for its own: what is made for a peer is made only when the peer reads, and only so much of it at once.
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
   * Starts an operation, or returns what resolves when it is its turn; also if the connection was closed meanwhile, and
   * nothing is to be done.
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

  /** The operation has been answered, or goes on by itself. May be called again, and for one that never entered. */
  leave(id: string): void {
    this.#cost -= this.#costs.get(id) ?? 0;
    this.#costs.delete(id);
    this.#startNext();
  }

  /** Lets go of all who wait, as nothing will be executed any more. */
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
