import type { Transaction } from '../../storage/pool.ts';
import { lockRetryMs } from '../../storage/timeouts.ts';
import type { Statement } from '../../storage/transaction-query.ts';
import type { QueuedChange } from './queued-change.ts';

/** How often to check whether the rooms are free again. */
const checkMs = 100;
/** How long a change waits for a locked room whose event number grows. For other locked rooms, it is `lockRetryMs`. */
const busyPatienceMs = 10_000;

interface LockedRoom {
  changes: QueuedChange[];
  /** Number of the newest event at the last check; null before the first check. */
  lastEventNumber: number | null;
  /** Whether it was checked: before that, it may be busy rather than locked. */
  isChecked: boolean;
}

interface Head {
  roomId: string;
  /** Null for a room that does not exist any more. */
  lastEventNumber: number | null;
  isFree: boolean;
}

interface LockedRoomsOptions {
  transaction: Transaction;
  /** Called with the changes of a room that may be written again, in their order. */
  onFree: (changes: QueuedChange[]) => void;
  /** Called with the changes of a room that stayed locked for too long. */
  onStuck: (changes: QueuedChange[]) => void;
}

/**
 * Changes of rooms that another transaction has locked. They wait here without a connection: a group that waited in
 * PostgreSQL would keep a connection from all other rooms. If the event number of a room grows, other transactions
 * write into it, and it is free for moments only. Its changes then go back to the queue and wait for the lock in
 * PostgreSQL, which grants locks in turn.
 */
export class LockedRooms {
  readonly #options: LockedRoomsOptions;
  readonly #byRoom = new Map<string, LockedRoom>();
  #isChecking = false;
  #count = 0;
  #bytes = 0;

  constructor(options: LockedRoomsOptions) {
    this.#options = options;
  }

  /** How many changes wait. */
  get size(): number {
    return this.#count;
  }

  /** How many bytes of text they have. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns whether changes wait for the room. */
  has(roomId: string): boolean {
    return this.#byRoom.has(roomId);
  }

  /** Adds a change behind the others for its room. */
  add(change: QueuedChange): void {
    const { roomId } = change;
    const room = this.#byRoom.get(roomId);
    if (room) room.changes.push(change);
    else this.#byRoom.set(roomId, { changes: [change], lastEventNumber: null, isChecked: false });
    this.#count += 1;
    this.#bytes += change.bytes;
    if (!this.#isChecking) this.#checkSoon();
  }

  /** Returns which of the rooms no transaction has locked at the moment. */
  async free(roomIds: readonly string[]): Promise<Set<string>> {
    const found = await this.#heads(roomIds);
    return new Set(found.filter(({ isFree }) => isFree).map(({ roomId }) => roomId));
  }

  async #heads(roomIds: readonly string[]): Promise<Head[]> {
    const [rows = []] = await this.#options.transaction([headsNow(roomIds)]);
    return rows as Head[];
  }

  #checkSoon(): void {
    this.#isChecking = true;
    setTimeout(() => void this.#check(), checkMs);
  }

  async #check(): Promise<void> {
    // If the database does not answer, the changes wait on, until their time is up.
    const found = await this.#heads([...this.#byRoom.keys()]).catch(() => []);
    const heads = new Map(found.map((head) => [head.roomId, head]));
    for (const [roomId, room] of this.#byRoom) this.#decide(room, roomId, heads.get(roomId));
    this.#isChecking = false;
    if (this.#count > 0) this.#checkSoon();
  }

  #decide(room: LockedRoom, roomId: string, head: Head | undefined): void {
    const waitedMs = performance.now() - room.changes[0]!.queuedAt;
    const isBusy = room.lastEventNumber !== null && (head?.lastEventNumber ?? 0) > room.lastEventNumber;
    if (head) room.lastEventNumber = head.lastEventNumber;
    if (head?.isFree || (isBusy && waitedMs < busyPatienceMs)) this.#options.onFree(this.#take(roomId));
    else if (waitedMs > lockRetryMs && room.isChecked) this.#options.onStuck(this.#take(roomId));
    room.isChecked = true;
  }

  #take(roomId: string): QueuedChange[] {
    const { changes = [] } = this.#byRoom.get(roomId) ?? {};
    this.#byRoom.delete(roomId);
    this.#count -= changes.length;
    for (const { bytes } of changes) this.#bytes -= bytes;
    return changes;
  }
}

function headsNow(roomIds: readonly string[]): Statement {
  const text = `
    WITH free AS MATERIALIZED (
      SELECT "roomId" FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT want.id AS "roomId", head."lastEventNumber", head."roomId" IS NULL OR free."roomId" IS NOT NULL AS "isFree"
    FROM unnest($1::uuid[]) AS want(id) LEFT JOIN free ON free."roomId" = want.id
    LEFT JOIN LATERAL (SELECT "roomId", "lastEventNumber" FROM "RoomHead" WHERE "roomId" = want.id LIMIT 1) head ON true`;
  return { name: 'heads now', text, values: [roomIds] };
}
