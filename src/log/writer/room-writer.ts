import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { rateLimited } from '../../base/errors.ts';
import type { Transaction } from '../../storage/pool.ts';
import type { Change, ChangeKind } from '../changes/change.ts';
import { changeKinds } from '../changes/kinds.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { ChangeQueue, groupChanges } from './change-queue.ts';
import { type Group, isStuck, mustFollow, newGroup } from './group.ts';
import { GroupWriter } from './group-writer.ts';
import { Lane } from './lane.ts';
import { LockedRooms } from './locked-rooms.ts';
import { rejectAll } from './outcomes.ts';
import { type QueuedChange, queued } from './queued-change.ts';

interface WriterOptions {
  transaction: Transaction;
  /** How many transactions may run at a time. */
  writers: number;
  /** Called after the commit with the new events of one room, in order. */
  publish: (events: readonly RoomEvent[]) => void;
  /** Called after a commit whose answer was lost, with its rooms: its events are stored, and nobody has published them. */
  onUnpublished: (roomIds: readonly string[]) => void;
  log: Logger;
  /** How long a group is retried while the database is unavailable, before its callers get an error; 10 s. */
  patienceMs?: number;
}

/**
 * How many groups are written at a time, besides stuck ones. With two, PostgreSQL starts one as soon as it ends the
 * other.
 */
const usualGroups = 2;
/** After this time, queued changes no longer wait for a group, even if they are too few for a full one. */
const lateMs = 10;
/** After this time, a group counts as waiting for a locked room, and other groups avoid its rooms. */
const stuckMs = 100;
/** Changes and bytes that may be queued; further ones are rejected. */
const maxQueued = 20_000;
const maxQueuedBytes = 32 * 1024 * 1024;
const lockedText = 'Other changes of the room take too long; this one was not stored. Try again.';

/**
 * Writes the durable changes that are made on this node, in groups: while one commit runs, new changes are queued, and the
 * next commit writes them all. There is no batching delay: a single change is written at once, as a group of one. While a
 * group is being written, a second one starts only if it is full: always writing two would mean many small groups, and 50%
 * more work for PostgreSQL. The changes of one author in one room are made in the order in which they arrived. Changes of a
 * locked room are set aside until it is free. Before that, the group with them waits for the lock for a moment, if another
 * group can run meanwhile.
 */
export class RoomWriter {
  readonly #writers: number;
  readonly #queue = new ChangeQueue({ kinds: changeKinds });
  readonly #locked: LockedRooms;
  readonly #groups = new Map<Group, Promise<void>>();
  readonly #groupWriter: GroupWriter;
  /** Of groups that are not under way. */
  readonly #lanes: Lane[];
  #isStarting = false;
  #isClosing = false;

  constructor({ transaction, writers, publish, onUnpublished, log, patienceMs = 10_000 }: WriterOptions) {
    this.#writers = writers;
    this.#lanes = Array.from({ length: writers }, () => new Lane(transaction));
    this.#locked = new LockedRooms({
      transaction,
      onFree: (changes) => {
        this.#queue.addFirst(changes);
        this.#start();
      },
      onStuck: (changes) => rejectAll(changes, lockedText),
    });
    this.#groupWriter = new GroupWriter({
      transaction,
      kinds: changeKinds,
      log,
      patienceMs,
      isClosing: () => this.#isClosing,
      publish,
      onUnpublished,
      retry: (changes) => this.#queue.addFirst(changes),
      locked: this.#locked,
    });
  }

  /**
   * Resolves after the commit with what the database decided about the change. Rejects with RATE_LIMITED, and stores
   * nothing, if the queue is full or if the database or the room is not available. Rejects with UNKNOWN_OUTCOME if the
   * answer to a commit was lost and no further attempt could show whether the change is stored.
   */
  write<C extends Change, Outcome>(kind: ChangeKind<C, Outcome>, change: C): Promise<Outcome> {
    if (!changeKinds.includes(kind)) throw new Error(`The kind of change “${kind.name}” is missing in kinds.ts`);
    return new Promise((resolve, reject) => {
      const added = queued(kind, change, { resolve, reject });
      if (this.#isFull(added)) return reject(rateLimited('Too many changes are waiting to be stored. Try again.'));
      this.#queue.add(added);
      this.#startSoon();
    });
  }

  /** Resolves when every queued change has an outcome. */
  async close(): Promise<void> {
    this.#isClosing = true;
    while (this.#queue.length + this.#locked.size + this.#groups.size > 0) {
      await (this.#groups.size > 0 ? Promise.race(this.#groups.values()) : pause(10));
    }
  }

  #isFull({ bytes }: QueuedChange): boolean {
    const isCountReached = this.#queue.length + this.#locked.size >= maxQueued;
    return isCountReached || this.#queue.bytes + this.#locked.bytes + bytes > maxQueuedBytes;
  }

  /** Starts a group after this tick, so that all changes of a tick are in one group. */
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
      const changes = this.#queue.takeGroup({
        isHeld: (change) => this.#isHeld(change),
        setAside: (change) => this.#setAside(change),
      });
      if (changes.length === 0) return;
      const group = newGroup(changes, { mayWait: !this.#isLast(), lane: this.#lanes.pop()! });
      this.#groups.set(group, this.#work(group));
    }
  }

  /** Whether the queued changes are enough for another group. */
  #isEnough(): boolean {
    const moving = [...this.#groups.keys()].filter((group) => !isStuck(group));
    if (moving.length === usualGroups || this.#groups.size === this.#writers) return false;
    return this.#queue.length >= (moving.every(({ pace }) => pace === 'late') ? 1 : groupChanges);
  }

  /** Whether the next group would be the last that may run, because the others are stuck. */
  #isLast(): boolean {
    const others = [...this.#groups.keys()];
    return others.length > 0 && others.length === this.#writers - 1 && others.every(isStuck);
  }

  #isHeld(change: QueuedChange): boolean {
    for (const group of this.#groups.keys()) if (mustFollow(change, group)) return true;
    return false;
  }

  /** Sets a change aside if others wait for its locked room. */
  #setAside(change: QueuedChange): boolean {
    if (!this.#locked.has(change.roomId)) return false;
    this.#locked.add(change);
    return true;
  }

  async #work(group: Group): Promise<void> {
    const slowDown = (pace: Group['pace']) => {
      group.pace = pace;
      this.#start();
    };
    const late = setTimeout(slowDown, lateMs, 'late');
    const stuck = setTimeout(slowDown, stuckMs, 'stuck');
    try {
      await this.#groupWriter.write(group);
    } catch (error) {
      // A bug: the callers must not wait for ever, and the next groups need the lane.
      for (const { reject } of group.changes) reject(error);
    }
    clearTimeout(late);
    clearTimeout(stuck);
    this.#groups.delete(group);
    this.#lanes.push(group.lane);
    this.#start();
  }
}
