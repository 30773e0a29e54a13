import type { Transaction } from '../storage/pool.ts';
import { lockRetryMs } from '../storage/timeouts.ts';
import type { Statement } from '../storage/transaction-query.ts';
import type { Waiting } from './waiting.ts';

/** How often to check whether the rooms are free again, and how long a message waits for a room that others write into. */
const lookMs = 100;
const busyPatienceMs = 10_000;

interface LockedRoom {
  waiting: Waiting[];
  /** As it was at the last look; null before the first. */
  lastEventNumber: number | null;
}

interface Head {
  roomId: string;
  lastEventNumber: number;
  isFree: boolean;
}

interface LockedRoomsOptions {
  transaction: Transaction;
  /** Called with the messages of a room that is to be had again, in their order. */
  onFree: (waiting: Waiting[]) => void;
  /** Called with the messages of a room that stayed locked for too long. */
  onStuck: (waiting: Waiting[]) => void;
}

/**
 * Messages for rooms that somebody else has locked. They wait here, without a connection: a group that waits in
 * PostgreSQL keeps a connection from all other rooms. A room in which something happens is one that others write into, and
 * free for no more than a moment: its messages wait for the lock in PostgreSQL after all, which gives it to one after the
 * other.
 */
export class LockedRooms {
  readonly #options: LockedRoomsOptions;
  readonly #byRoom = new Map<string, LockedRoom>();
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
    const room = this.#byRoom.get(roomId);
    if (room) room.waiting.push(waiting);
    else this.#byRoom.set(roomId, { waiting: [waiting], lastEventNumber: null });
    this.#count += 1;
    if (!this.#isLooking) this.#lookSoon();
  }

  /** Which of the rooms nobody has locked right now. */
  async free(roomIds: readonly string[]): Promise<Set<string>> {
    const found = await this.#heads(roomIds);
    return new Set(found.filter(({ isFree }) => isFree).map(({ roomId }) => roomId));
  }

  async #heads(roomIds: readonly string[]): Promise<Head[]> {
    const [rows = []] = await this.#options.transaction([headsNow(roomIds)]);
    return rows as Head[];
  }

  async #look(): Promise<void> {
    // If nobody can tell, the messages wait on, for as long as they may.
    const found = await this.#heads([...this.#byRoom.keys()]).catch(() => []);
    const heads = new Map(found.map((head) => [head.roomId, head]));
    for (const [roomId, room] of this.#byRoom) this.#judge(room, roomId, heads.get(roomId));
    this.#isLooking = false;
    if (this.#count > 0) this.#lookSoon();
  }

  #judge(room: LockedRoom, roomId: string, head: Head | undefined): void {
    const waitedMs = performance.now() - room.waiting[0]!.since;
    const isBusy = !!head && room.lastEventNumber !== null && head.lastEventNumber > room.lastEventNumber;
    if (head) room.lastEventNumber = head.lastEventNumber;
    if (head?.isFree || (isBusy && waitedMs < busyPatienceMs)) this.#options.onFree(this.#take(roomId));
    else if (waitedMs > lockRetryMs) this.#options.onStuck(this.#take(roomId));
  }

  #lookSoon(): void {
    this.#isLooking = true;
    setTimeout(() => void this.#look(), lookMs);
  }

  #take(roomId: string): Waiting[] {
    const { waiting = [] } = this.#byRoom.get(roomId) ?? {};
    this.#byRoom.delete(roomId);
    this.#count -= waiting.length;
    return waiting;
  }
}

function headsNow(roomIds: readonly string[]): Statement {
  const text = `
    WITH free AS MATERIALIZED (
      SELECT "roomId" FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT head."roomId", head."lastEventNumber", free."roomId" IS NOT NULL AS "isFree"
    FROM "RoomHead" head LEFT JOIN free ON free."roomId" = head."roomId" WHERE head."roomId" = ANY($1::uuid[])`;
  return { name: 'heads now', text, values: [roomIds] };
}
