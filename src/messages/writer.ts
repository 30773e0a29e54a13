import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { rateLimited } from '../errors.ts';
import type { MessageRow, RoomEvent } from '../events.ts';
import { isConnectionLost, isWorthRepeating, type Transaction } from '../storage/pool.ts';
import { type Draft, messageOf, type Verdict, type VerdictRow, writeStatements } from './write-statement.ts';

export type Outcome =
  | { verdict: 'WRITTEN' | 'KNOWN'; message: MessageRow }
  | { verdict: Exclude<Verdict, 'WRITTEN' | 'KNOWN'>; message: null };

interface Waiting {
  draft: Draft;
  bytes: number;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/** Those who wait for the same commit. */
interface Group {
  waiting: readonly Waiting[];
  rooms: ReadonlySet<string>;
  /** Who writes into which of them. */
  senders: ReadonlySet<string>;
  /** How it comes along: see `lateMs` and `stuckMs`. */
  pace: 'usual' | 'late' | 'stuck';
}

interface WriterOptions {
  transaction: Transaction;
  /** How many transactions can be under way. */
  writers: number;
  publish: (events: readonly RoomEvent[]) => void;
  log: Logger;
}

/**
 * Drafts and bytes of text in one group: what one commit carries without anybody waiting long for it. Larger groups take
 * turns with this process, which answers one while PostgreSQL has nothing to do: 256 were a tenth slower (bench/send).
 */
const groupDrafts = 64;
const groupBytes = 512 * 1024;
/** Groups under way at a time that are not stuck: PostgreSQL has the next one when it is done with the last. */
const usualGroups = 2;
/** How long a group may take before those that wait go beside it, be they ever so few. */
const lateMs = 10;
/** And before it is taken to wait for a room that somebody else has locked: no other group should then wait for it too. */
const stuckMs = 100;
/** Drafts and bytes that may wait; beyond, senders are told to come back. */
const waitingDrafts = 20_000;
const waitingBytes = 32 * 1024 * 1024;
/** How long a group is tried while the database is away, before its senders are told. */
const patienceMs = 10_000;
const retryAfterMs = 1000;
/** How often a group gives way to another transaction before its drafts are written one by one. */
const repeats = 3;

/**
 * Writes the messages that are sent on this node, in groups: while one commit is under way, those that come wait, and the
 * next one takes them all. Nobody waits for company: the group of a lonely message is that message. Only what fills a group
 * goes beside one that is under way: two at any time were many small ones, and half as much work again for PostgreSQL.
 * What one author sends to one room is written in the order in which it came.
 */
export class MessageWriter {
  readonly #options: WriterOptions;
  readonly #underWay = new Map<Group, Promise<void>>();
  #queue: Waiting[] = [];
  #bytes = 0;
  #isStarting = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /**
   * Resolves after the commit, with what became of the draft; a message that is already there by its clientMessageId is
   * KNOWN. Rejects with RATE_LIMITED if the queue is full or the database stays away: nothing is kept then.
   */
  write(draft: Draft): Promise<Outcome> {
    const bytes = draft.text.length * 2;
    if (this.#queue.length >= waitingDrafts || this.#bytes + bytes > waitingBytes) {
      return Promise.reject(rateLimited('Too many messages are waiting to be written.', retryAfterMs));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, bytes, resolve, reject });
      this.#bytes += bytes;
      if (this.#isStarting) return;
      this.#isStarting = true;
      // Those sent in the same tick go together.
      queueMicrotask(() => {
        this.#isStarting = false;
        this.#start();
      });
    });
  }

  /** Resolves when all that was taken on has been answered. */
  async close(): Promise<void> {
    while (this.#queue.length > 0 || this.#underWay.size > 0) {
      await (this.#underWay.size > 0 ? Promise.race(this.#underWay.values()) : Promise.resolve());
    }
  }

  #start(): void {
    while (this.#isEnough()) {
      const waiting = this.#takeGroup();
      if (waiting.length === 0) return;
      const group: Group = {
        waiting,
        rooms: new Set(waiting.map(({ draft }) => draft.roomId)),
        senders: new Set(waiting.map(({ draft }) => senderOf(draft))),
        pace: 'usual',
      };
      this.#underWay.set(group, this.#work(group));
    }
  }

  /** Whether what waits is enough for another group. */
  #isEnough(): boolean {
    const moving = [...this.#underWay.keys()].filter(({ pace }) => pace !== 'stuck');
    if (moving.length === usualGroups || this.#underWay.size === this.#options.writers) return false;
    return this.#queue.length >= (moving.every(({ pace }) => pace === 'late') ? 1 : groupDrafts);
  }

  async #work(group: Group): Promise<void> {
    const slowDown = (pace: Group['pace']) => {
      group.pace = pace;
      this.#start();
    };
    const late = setTimeout(slowDown, lateMs, 'late');
    const stuck = setTimeout(slowDown, stuckMs, 'stuck');
    await this.#writeGroup(group.waiting);
    clearTimeout(late);
    clearTimeout(stuck);
    this.#underWay.delete(group);
    this.#start();
  }

  /** Whether a draft must wait for a group: for its author's last words in the room, or for a room that may be locked. */
  #isHeld(draft: Draft): boolean {
    for (const { rooms, senders, pace } of this.#underWay.keys()) {
      if (pace === 'stuck' ? rooms.has(draft.roomId) : senders.has(senderOf(draft))) return true;
    }
    return false;
  }

  /** The next group, of drafts that need not wait: no two of it are the same message, the second must find the first. */
  #takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    const left: Waiting[] = [];
    const taken = new Set<string>();
    let bytes = 0;
    for (const [index, waiting] of this.#queue.entries()) {
      if (group.length === groupDrafts || (group.length > 0 && bytes + waiting.bytes > groupBytes)) {
        left.push(...this.#queue.slice(index));
        break;
      }
      const reference = `${senderOf(waiting.draft)} ${waiting.draft.clientMessageId}`;
      if (this.#isHeld(waiting.draft) || taken.has(reference)) {
        left.push(waiting);
        continue;
      }
      taken.add(reference);
      bytes += waiting.bytes;
      group.push(waiting);
    }
    this.#queue = left;
    this.#bytes -= bytes;
    return group;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const rows = await this.#commit(group.map(({ draft }) => draft));
      this.#answer(group, rows);
    } catch (error) {
      if (isConnectionLost(error)) {
        const told = rateLimited('The message could not be stored: the database does not answer.', retryAfterMs);
        for (const { reject } of group) reject(told);
      } else if (group.length > 1) {
        // One draft cannot be written, and must not take the others along.
        for (const waiting of group) await this.#writeGroup([waiting]);
      } else {
        group[0]?.reject(error);
      }
    }
  }

  /** Runs the group until its outcome is known: after a lost connection nobody can tell, and the ids make it exact. */
  async #commit(drafts: readonly Draft[]): Promise<VerdictRow[]> {
    const givingUpAt = Date.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answers = await this.#options.transaction(writeStatements(drafts));
        return answers[1] as unknown as VerdictRow[];
      } catch (error) {
        const isRepeated = isWorthRepeating(error) && attempt <= repeats;
        const isWaitedFor = isConnectionLost(error) && Date.now() < givingUpAt;
        if (!isRepeated && !isWaitedFor) throw error;
        this.#options.log.debug({ err: error, attempt }, 'a group of messages is written again');
        if (isWaitedFor) await pause(Math.min(50 * attempt, 500));
      }
    }
  }

  #answer(group: readonly Waiting[], rows: readonly VerdictRow[]): void {
    const written: MessageRow[] = [];
    for (const row of rows) {
      const waiting = group[Number(row.place) - 1];
      if (!waiting) continue;
      const message = messageOf(waiting.draft, row);
      // Known by this very draft: an earlier attempt was committed, though nobody could tell.
      const isOwn = message?.id === waiting.draft.id;
      if (message && isOwn) written.push(message);
      waiting.resolve({ verdict: isOwn ? 'WRITTEN' : row.verdict, message } as Outcome);
    }
    this.#publish(written);
  }

  #publish(messages: MessageRow[]): void {
    const byRoom = new Map<string, RoomEvent[]>();
    for (const message of messages.sort((a, b) => a.eventNumber - b.eventNumber)) {
      const { roomId, eventNumber, createdAt: occurredAt, authorId: actorId } = message;
      const events = byRoom.get(roomId) ?? [];
      events.push({ type: 'MESSAGE_ADDED', roomId, eventNumber, occurredAt, actorId, message });
      byRoom.set(roomId, events);
    }
    for (const events of byRoom.values()) this.#options.publish(events);
  }
}

function senderOf({ roomId, authorId }: Draft): string {
  return `${roomId} ${authorId}`;
}
