import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { rateLimited, unknownOutcome } from '../base/errors.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { failureOf } from '../storage/failures.ts';
import type { Transaction } from '../storage/pool.ts';
import { lockRetryMs } from '../storage/timeouts.ts';
import type { RoomEvent } from './events/kinds.ts';
import { LockedRooms } from './locked-rooms.ts';
import type { Outcome, Waiting } from './waiting.ts';
import { type Draft, messageOf, type VerdictRow, writeStatements } from './write-statement.ts';

/** Those who wait for the same commit. */
interface Group {
  waiting: readonly Waiting[];
  rooms: ReadonlySet<string>;
  /** Who writes into which of them. */
  senders: ReadonlySet<string>;
  /** How it comes along: see `lateMs` and `stuckMs`. */
  pace: 'usual' | 'late' | 'stuck';
  /** Whether it may wait for rooms that somebody else has locked. */
  mayWait: boolean;
}

interface WriterOptions {
  transaction: Transaction;
  /** How many transactions can be under way. */
  writers: number;
  publish: (events: readonly RoomEvent[]) => void;
  log: Logger;
  /** How long a group is tried while the database is away, before its senders are told; 10 s. */
  patienceMs?: number;
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
const lockedText = 'Other changes of the room take too long; the message was not stored. Try again.';
const slowText = 'The message could not be stored in time. Try again.';
const uncertainText = 'The message may or may not be stored. Send it again with the same clientMessageId.';
/** How often a group gives way to another transaction before it is taken apart. */
const repeats = 3;

/**
 * Writes the messages that are sent on this node, in groups: while one commit is under way, those that come wait, and the
 * next one takes them all. Nobody waits for company: the group of a lonely message is that message. Only what fills a group
 * goes beside one that is under way: two at any time were many small ones, and half as much work again for PostgreSQL.
 * What one author sends to one room is written in the order in which it came. Messages for a room that somebody else has
 * locked are set aside until it is free; the group that finds out waits for the lock a moment, and never as the last one
 * that may be under way.
 */
export class MessageWriter {
  readonly #options: WriterOptions;
  readonly #underWay = new Map<Group, Promise<void>>();
  #queue: Waiting[] = [];
  #bytes = 0;
  #isStarting = false;
  #isClosing = false;
  readonly #locked: LockedRooms;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#locked = new LockedRooms({
      transaction: options.transaction,
      onFree: (waiting) => {
        this.#queue = [...waiting, ...this.#queue];
        this.#start();
      },
      onStuck: (waiting) => {
        for (const { bytes } of waiting) this.#bytes -= bytes;
        this.#refuse(waiting, lockedText);
      },
    });
  }

  /**
   * Resolves after the commit, with what became of the draft; a message that is already there by its clientMessageId is
   * KNOWN. Rejects with RATE_LIMITED if the queue is full, or the database or the room cannot be had: nothing is kept then;
   * and with UNKNOWN_OUTCOME if the answer to a commit was lost and no other attempt could tell.
   */
  write(draft: Draft): Promise<Outcome> {
    const bytes = draft.text.length * 2;
    if (this.#queue.length + this.#locked.size >= waitingDrafts || this.#bytes + bytes > waitingBytes) {
      return Promise.reject(rateLimited('Too many messages are waiting to be stored. Try again.'));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, bytes, since: performance.now(), isUncertain: false, resolve, reject });
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
    this.#isClosing = true;
    while (this.#queue.length + this.#locked.size + this.#underWay.size > 0) {
      await (this.#underWay.size > 0 ? Promise.race(this.#underWay.values()) : pause(10));
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
        mayWait: !this.#isLast(),
      };
      this.#underWay.set(group, this.#work(group));
    }
  }

  /** Whether what waits is enough for another group. */
  #isEnough(): boolean {
    const moving = [...this.#underWay.keys()].filter((group) => !isStuck(group));
    if (moving.length === usualGroups || this.#underWay.size === this.#options.writers) return false;
    return this.#queue.length >= (moving.every(({ pace }) => pace === 'late') ? 1 : groupDrafts);
  }

  /** Whether the next group would be the last that can be under way, the others being stuck. */
  #isLast(): boolean {
    const others = [...this.#underWay.keys()];
    return others.length > 0 && others.length === this.#options.writers - 1 && others.every(isStuck);
  }

  async #work(group: Group): Promise<void> {
    const slowDown = (pace: Group['pace']) => {
      group.pace = pace;
      this.#start();
    };
    const late = setTimeout(slowDown, lateMs, 'late');
    const stuck = setTimeout(slowDown, stuckMs, 'stuck');
    await this.#writeGroup(group.waiting, group.mayWait);
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
      if (this.#locked.has(waiting.draft.roomId)) {
        this.#locked.add(waiting);
        continue;
      }
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

  async #writeGroup(group: readonly Waiting[], mayWait: boolean): Promise<void> {
    const result = await this.#commit(group, mayWait).catch((error: unknown) => ({ error }));
    if (!('error' in result)) return this.#answer(group, result);
    const { error } = result;
    const failure = failureOf(error);
    if (failure === 'LOST' || failure === 'NOT_DONE')
      return this.#refuse(group, 'The message could not be stored: the database does not answer. Try again.');
    if (failure === 'TIMED_OUT') return this.#setLockedAside(group, mayWait);
    if (group.length > 1) return this.#writeHalves(group, mayWait);
    group[0]?.reject(error);
  }

  /** One draft cannot be written, and must not take the others along. */
  async #writeHalves(group: readonly Waiting[], mayWait: boolean): Promise<void> {
    const middle = Math.ceil(group.length / 2);
    await this.#writeGroup(group.slice(0, middle), mayWait);
    await this.#writeGroup(group.slice(middle), mayWait);
  }

  /** Sets those drafts of a group aside whose room is locked, and writes the others. */
  async #setLockedAside(group: readonly Waiting[], mayWait: boolean): Promise<void> {
    const free = await this.#locked.free([...new Set(group.map(({ draft }) => draft.roomId))]).catch(() => null);
    if (!free) return this.#refuse(group, slowText);
    const rest = group.filter(({ draft }) => free.has(draft.roomId));
    for (const waiting of group) if (!rest.includes(waiting)) this.#setAside(waiting);
    if (rest.length < group.length) return rest.length > 0 ? this.#writeGroup(rest, mayWait) : undefined;
    // The rooms have become free, or somebody has another row locked that one of the drafts needs.
    if (performance.now() - group[0]!.since > lockRetryMs) return this.#refuse(group, slowText);
    if (group.length > 1) return this.#writeHalves(group, mayWait);
    this.#setAside(group[0]!);
  }

  #setAside(waiting: Waiting): void {
    this.#bytes += waiting.bytes;
    this.#locked.add(waiting);
  }

  #refuse(group: readonly Waiting[], text: string): void {
    for (const { isUncertain, reject } of group) {
      reject(isUncertain ? unknownOutcome(uncertainText) : rateLimited(text));
    }
  }

  /** Runs the group until its outcome is known: after a lost connection nobody can tell, and the ids make it exact. */
  async #commit(group: readonly Waiting[], mayWait: boolean): Promise<VerdictRow[]> {
    const statements = writeStatements(
      group.map(({ draft }) => draft),
      mayWait,
    );
    const givingUpAt = Date.now() + (this.#options.patienceMs ?? 10_000);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answers = await this.#options.transaction(statements);
        return answers[1] as unknown as VerdictRow[];
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'LOST') for (const waiting of group) waiting.isUncertain = true;
        // A twin may have been committed meanwhile.
        const isRepeated = (failure === 'CONFLICT' || failure === 'UNIQUE') && attempt <= repeats;
        const isWaitedFor =
          (failure === 'LOST' || failure === 'NOT_DONE') && Date.now() < givingUpAt && !this.#isClosing;
        if (!isRepeated && !isWaitedFor) throw error;
        this.#options.log.debug({ err: error, attempt }, 'retrying to write a group of messages');
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

function isStuck({ pace }: Group): boolean {
  return pace === 'stuck';
}

function senderOf({ roomId, authorId }: Draft): string {
  return `${roomId} ${authorId}`;
}
