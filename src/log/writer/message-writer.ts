import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { rateLimited } from '../../base/errors.ts';
import type { Transaction } from '../../storage/pool.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { type Group, isStuck, mustFollow, newGroup } from './group.ts';
import { GroupWriter } from './group-writer.ts';
import { LockedRooms } from './locked-rooms.ts';
import { groupMessages, MessageQueue } from './message-queue.ts';
import { rejectAll } from './outcomes.ts';
import type { Draft, Outcome, QueuedMessage } from './queued-message.ts';

interface WriterOptions {
  transaction: Transaction;
  /** How many transactions may run at a time. */
  writers: number;
  /** Called after the commit with the new events of one room, in order. */
  publish: (events: readonly RoomEvent[]) => void;
  log: Logger;
  /** How long a group is retried while the database is unavailable, before its senders get an error; 10 s. */
  patienceMs?: number;
}

/**
 * How many groups are written at a time, besides stuck ones. With two, PostgreSQL starts one as soon as it ends the
 * other.
 */
const usualGroups = 2;
/** After this time, queued messages no longer wait for a group, even if they are too few for a full one. */
const lateMs = 10;
/** After this time, a group counts as waiting for a locked room, and other groups avoid its rooms. */
const stuckMs = 100;
/** Messages and bytes that may be queued; further ones are rejected. */
const maxQueued = 20_000;
const maxQueuedBytes = 32 * 1024 * 1024;
const lockedText = 'Other changes of the room take too long; the message was not stored. Try again.';

/**
 * Writes the messages that are sent on this node, in groups: while one commit runs, new messages are queued, and the
 * next commit writes them all. There is no batching delay: a single message is written at once, as a group of one.
 * While a group is being written, a second one starts only if it is full: always writing two would mean many small
 * groups, and 50% more work for PostgreSQL. The messages of one author in one room are written in the order in which
 * they were sent. Messages for a locked room are set aside until it is free. Before that, the group with them waits for
 * the lock for a moment, if another group can run meanwhile.
 */
export class MessageWriter {
  readonly #writers: number;
  readonly #queue = new MessageQueue();
  readonly #locked: LockedRooms;
  readonly #groups = new Map<Group, Promise<void>>();
  readonly #groupWriter: GroupWriter;
  #isStarting = false;
  #isClosing = false;

  constructor({ transaction, writers, publish, log, patienceMs = 10_000 }: WriterOptions) {
    this.#writers = writers;
    this.#locked = new LockedRooms({
      transaction,
      onFree: (messages) => {
        this.#queue.addFirst(messages);
        this.#start();
      },
      onStuck: (messages) => rejectAll(messages, lockedText),
    });
    const isClosing = () => this.#isClosing;
    this.#groupWriter = new GroupWriter({ transaction, log, patienceMs, isClosing, publish, locked: this.#locked });
  }

  /**
   * Resolves after the commit with the outcome of the draft. KNOWN has the message that was stored before with the same
   * clientMessageId. Rejects with RATE_LIMITED, and stores nothing, if the queue is full or if the database or the room
   * is not available. Rejects with UNKNOWN_OUTCOME if the answer to a commit was lost and no further attempt could show
   * whether the message is stored.
   */
  write(draft: Draft): Promise<Outcome> {
    const bytes = draft.text.length * 2;
    const isFull = this.#queue.length + this.#locked.size >= maxQueued;
    if (isFull || this.#queue.bytes + this.#locked.bytes + bytes > maxQueuedBytes) {
      return Promise.reject(rateLimited('Too many messages are waiting to be stored. Try again.'));
    }
    return new Promise((resolve, reject) => {
      this.#queue.add({ draft, bytes, queuedAt: performance.now(), isUncertain: false, resolve, reject });
      this.#startSoon();
    });
  }

  /** Resolves when every queued message has an outcome. */
  async close(): Promise<void> {
    this.#isClosing = true;
    while (this.#queue.length + this.#locked.size + this.#groups.size > 0) {
      await (this.#groups.size > 0 ? Promise.race(this.#groups.values()) : pause(10));
    }
  }

  /** Starts a group after this tick, so that all messages of a tick are in one group. */
  #startSoon(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    queueMicrotask(() => {
      this.#isStarting = false;
      this.#start();
    });
  }

  #start(): void {
    while (this.#isEnough()) {
      const messages = this.#queue.takeGroup({
        isHeld: (draft) => this.#isHeld(draft),
        setAside: (message) => this.#setAside(message),
      });
      if (messages.length === 0) return;
      const group = newGroup(messages, !this.#isLast());
      this.#groups.set(group, this.#work(group));
    }
  }

  /** Whether the queued messages are enough for another group. */
  #isEnough(): boolean {
    const moving = [...this.#groups.keys()].filter((group) => !isStuck(group));
    if (moving.length === usualGroups || this.#groups.size === this.#writers) return false;
    return this.#queue.length >= (moving.every(({ pace }) => pace === 'late') ? 1 : groupMessages);
  }

  /** Whether the next group would be the last that may run, because the others are stuck. */
  #isLast(): boolean {
    const others = [...this.#groups.keys()];
    return others.length > 0 && others.length === this.#writers - 1 && others.every(isStuck);
  }

  #isHeld(draft: Draft): boolean {
    for (const group of this.#groups.keys()) if (mustFollow(draft, group)) return true;
    return false;
  }

  /** Sets a message aside if others wait for its locked room. */
  #setAside(message: QueuedMessage): boolean {
    if (!this.#locked.has(message.draft.roomId)) return false;
    this.#locked.add(message);
    return true;
  }

  async #work(group: Group): Promise<void> {
    const slowDown = (pace: Group['pace']) => {
      group.pace = pace;
      this.#start();
    };
    const late = setTimeout(slowDown, lateMs, 'late');
    const stuck = setTimeout(slowDown, stuckMs, 'stuck');
    await this.#groupWriter.write(group.messages, group.mayWait);
    clearTimeout(late);
    clearTimeout(stuck);
    this.#groups.delete(group);
    this.#start();
  }
}
