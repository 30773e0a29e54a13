import type { AnyKind } from '../changes/change.ts';
import type { QueuedChange } from './queued-change.ts';

/** The most changes and bytes of text in one group. */
export const groupChanges = 64;
const groupBytes = 512 * 1024;

interface QueueOptions {
  /** The kinds of changes, in the order in which a group makes them. */
  kinds: readonly AnyKind[];
}

interface Selection {
  /** Whether a change must stay in the queue until a group that is being written is done. */
  isHeld: (change: QueuedChange) => boolean;
  /** Sets a change aside if its room is locked, and returns whether it did. */
  setAside: (change: QueuedChange) => boolean;
}

/** What a group has so far. */
interface Gathered {
  changes: QueuedChange[];
  keys: Set<string>;
  bytes: number;
}

type Queues = Map<string, QueuedChange[]>;

/**
 * The changes that wait for a group. Each author in a room has a queue, and authors take turns: a group is found without
 * looking at all the changes of an author who can make only one of them at a time.
 */
export class ChangeQueue {
  readonly #stages: ReadonlyMap<AnyKind, number>;
  /** Queues by author, the next one first; those of `#first` come before all others. No queue is empty. */
  readonly #first: Queues = new Map();
  readonly #others: Queues = new Map();
  #length = 0;
  #bytes = 0;

  constructor({ kinds }: QueueOptions) {
    this.#stages = new Map(kinds.map((kind, stage) => [kind, stage]));
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(change: QueuedChange): void {
    const queue = this.#queueOf(change.author);
    if (queue) queue.push(change);
    else this.#others.set(change.author, [change]);
    this.#length += 1;
    this.#bytes += change.bytes;
  }

  /** Puts changes in front of all others, those of each author in their order. */
  addFirst(changes: readonly QueuedChange[]): void {
    const added: Queues = new Map();
    for (const change of changes) {
      const queue = added.get(change.author);
      if (queue) queue.push(change);
      else added.set(change.author, [change]);
      this.#length += 1;
      this.#bytes += change.bytes;
    }
    for (const [author, queue] of added) {
      const later = this.#queueOf(author) ?? [];
      this.#others.delete(author);
      this.#first.set(author, queue.concat(later));
    }
  }

  /**
   * Takes the next group. The changes of one author in one room keep their order: a change stays in the queue if an
   * earlier one of its author does, or is made later by the order of kinds. No two changes of a group share a key.
   */
  takeGroup(selection: Selection): QueuedChange[] {
    const group: Gathered = { changes: [], keys: new Set(), bytes: 0 };
    const rest: Queues = new Map();
    for (const queues of [this.#first, this.#others]) {
      for (const [author, queue] of queues) {
        if (group.changes.length === groupChanges) break;
        const count = this.#takeFrom(queue, group, selection);
        if (count > 0) queues.delete(author);
        if (count > 0 && count < queue.length) rest.set(author, queue.slice(count));
      }
    }
    for (const [author, queue] of rest) this.#others.set(author, queue);
    return group.changes;
  }

  /** Takes the first changes of an author, as many as the group can have or, if the room is locked, all. Returns how many. */
  #takeFrom(queue: readonly QueuedChange[], group: Gathered, { isHeld, setAside }: Selection): number {
    // A held change is not set aside: if the earlier one of its author is set aside too, it must be in front of it.
    if (isHeld(queue[0]!)) return 0;
    const isLocked = setAside(queue[0]!);
    let [count, reached] = [0, 0];
    for (const change of queue) {
      if (isLocked && count > 0) setAside(change);
      if (!isLocked && (this.#stageOf(change.steps[0]) < reached || !fits(change, group))) break;
      if (!isLocked) put(change, group);
      reached = this.#stageOf(change.steps.at(-1));
      count += 1;
      this.#length -= 1;
      this.#bytes -= change.bytes;
    }
    return count;
  }

  #queueOf(author: string): QueuedChange[] | undefined {
    return this.#first.get(author) ?? this.#others.get(author);
  }

  #stageOf(step: QueuedChange['steps'][number] | undefined): number {
    return this.#stages.get(step?.kind as AnyKind) ?? 0;
  }
}

function fits({ keys, bytes }: QueuedChange, group: Gathered): boolean {
  if (group.changes.length === groupChanges) return false;
  if (group.changes.length > 0 && group.bytes + bytes > groupBytes) return false;
  return !keys.some((key) => group.keys.has(key));
}

function put(change: QueuedChange, group: Gathered): void {
  group.changes.push(change);
  group.bytes += change.bytes;
  for (const key of change.keys) group.keys.add(key);
}
