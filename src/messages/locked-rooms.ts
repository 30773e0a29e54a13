import type { Transaction } from '../storage/pool.ts';
import type { Statement } from '../storage/transaction-query.ts';
import type { Waiting } from './waiting.ts';

/** How often to look whether the rooms are free again, and how long a message waits for that in all. */
const lookMs = 100;
export const lockPatienceMs = 2000;

interface LockedRoomsOptions {
  transaction: Transaction;
  /** Called with the messages of a room that is free again, in their order. */
  onFree: (waiting: Waiting[]) => void;
  /** Called with the messages of a room that stayed locked for too long. */
  onStuck: (waiting: Waiting[]) => void;
}

/**
 * Messages for rooms that somebody else has locked. They wait here, without a connection: a group that waits in
 * PostgreSQL keeps a connection from all other rooms.
 */
export class LockedRooms {
  readonly #options: LockedRoomsOptions;
  readonly #byRoom = new Map<string, Waiting[]>();
  #isLooking = false;
  #count = 0;

  constructor(options: LockedRoomsOptions) {
    this.#options = options;
  }

  /** How many messages wait. */
  get size(): number {
    return this.#count;
  }

  has(roomId: string): boolean {
    return this.#byRoom.has(roomId);
  }

  /** Sets a message aside, behind those for its room. */
  add(waiting: Waiting): void {
    const { roomId } = waiting.draft;
    const others = this.#byRoom.get(roomId);
    if (others) others.push(waiting);
    else this.#byRoom.set(roomId, [waiting]);
    this.#count += 1;
    if (!this.#isLooking) this.#lookSoon();
  }

  /** Which of the rooms nobody has locked right now. */
  async free(roomIds: readonly string[]): Promise<Set<string>> {
    const [rows = []] = await this.#options.transaction([freeHeads(roomIds)]);
    return new Set(rows.map(({ roomId }) => roomId as string));
  }

  async #look(): Promise<void> {
    // If nobody can tell, the messages wait on, for as long as they may.
    const free = await this.free([...this.#byRoom.keys()]).catch(() => new Set<string>());
    const now = performance.now();
    for (const [roomId, waiting] of this.#byRoom) {
      const isStuck = now - waiting[0]!.since > lockPatienceMs;
      if (free.has(roomId)) this.#options.onFree(this.#take(roomId));
      else if (isStuck) this.#options.onStuck(this.#take(roomId));
    }
    this.#isLooking = false;
    if (this.#count > 0) this.#lookSoon();
  }

  #lookSoon(): void {
    this.#isLooking = true;
    setTimeout(() => void this.#look(), lookMs);
  }

  #take(roomId: string): Waiting[] {
    const waiting = this.#byRoom.get(roomId) ?? [];
    this.#byRoom.delete(roomId);
    this.#count -= waiting.length;
    return waiting;
  }
}

function freeHeads(roomIds: readonly string[]): Statement {
  const text = `SELECT "roomId" FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED`;
  return { name: 'free heads', text, values: [roomIds] };
}
