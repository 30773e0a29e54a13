import type { Change, ChangeKind, Step } from '../changes/change.ts';

/** A change in the queue of the writer, with the promise of its caller. */
export interface QueuedChange {
  /** What the group does for it, in the order of the kinds; usually one step. The caller gets the outcome of the last one. */
  steps: readonly Step[];
  roomId: string;
  /** The room and the user who makes the change: such changes keep their order. */
  author: string;
  /** What no other change of its group may share. */
  keys: readonly string[];
  /** Memory that its texts take. */
  bytes: number;
  /** When it was queued, by the monotonic clock. */
  queuedAt: number;
  /** Whether an attempt ended without an answer, so that the change may have been committed. */
  isUncertain: boolean;
  resolve: (outcome: unknown) => void;
  reject: (error: unknown) => void;
}

/** Returns a change for the queue, whose outcome resolves the promise. */
export function queued<C extends Change, Outcome>(
  kind: ChangeKind<C, Outcome>,
  change: C,
  promise: { resolve: (outcome: Outcome) => void; reject: (error: unknown) => void },
): QueuedChange {
  return {
    steps: [{ kind, change }],
    keys: kind.keys(change),
    roomId: change.roomId,
    author: `${change.roomId} ${change.actorId}`,
    bytes: kind.bytesOf?.(change) ?? 0,
    queuedAt: performance.now(),
    isUncertain: false,
    resolve: promise.resolve as (outcome: unknown) => void,
    reject: promise.reject,
  };
}

/** Returns the same change with other steps. */
export function withSteps(change: QueuedChange, steps: readonly Step[]): QueuedChange {
  return { ...change, steps, keys: steps.flatMap(({ kind, change }) => kind.keys(change)) };
}
