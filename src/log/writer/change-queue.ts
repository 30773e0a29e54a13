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

/** The changes that wait for a group, in the order in which they arrived. */
export class ChangeQueue {
  readonly #stages: ReadonlyMap<AnyKind, number>;
  #changes: QueuedChange[] = [];
  #bytes = 0;

  constructor({ kinds }: QueueOptions) {
    this.#stages = new Map(kinds.map((kind, stage) => [kind, stage]));
  }

  get length(): number {
    return this.#changes.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(change: QueuedChange): void {
    this.#changes.push(change);
    this.#bytes += change.bytes;
  }

  /** Puts changes in front of all others, in their order. */
  addFirst(changes: readonly QueuedChange[]): void {
    this.#changes = [...changes, ...this.#changes];
    for (const { bytes } of changes) this.#bytes += bytes;
  }

  /**
   * Takes the next group. The changes of one author in one room keep their order: a change stays in the queue if an
   * earlier one of its author does, or is of a kind that comes later. No two changes of a group share a key.
   */
  takeGroup({ isHeld, setAside }: Selection): QueuedChange[] {
    const group: QueuedChange[] = [];
    const left: QueuedChange[] = [];
    const taken = new Set<string>();
    const reached = new Map<string, number>();
    let bytes = 0;
    for (const [index, change] of this.#changes.entries()) {
      if (group.length === groupChanges || (group.length > 0 && bytes + change.bytes > groupBytes)) {
        left.push(...this.#changes.slice(index));
        break;
      }
      const mustStay = this.#isBehind(change, reached) || isHeld(change);
      if (!mustStay && setAside(change)) {
        this.#bytes -= change.bytes;
        continue;
      }
      if (mustStay || change.keys.some((key) => taken.has(key))) {
        left.push(change);
        reached.set(change.author, Number.POSITIVE_INFINITY);
        continue;
      }
      for (const key of change.keys) taken.add(key);
      reached.set(change.author, this.#stageOf(change.steps.at(-1)));
      bytes += change.bytes;
      group.push(change);
    }
    this.#changes = left;
    this.#bytes -= bytes;
    return group;
  }

  /** Whether an earlier change of the author is made later by the order of kinds, or has stayed in the queue. */
  #isBehind(change: QueuedChange, reached: ReadonlyMap<string, number>): boolean {
    return this.#stageOf(change.steps[0]) < (reached.get(change.author) ?? 0);
  }

  #stageOf(step: QueuedChange['steps'][number] | undefined): number {
    return this.#stages.get(step?.kind as AnyKind) ?? 0;
  }
}
