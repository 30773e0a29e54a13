import type { Numbered, Position } from './log.ts';

/** Why a reader cannot continue from its position. */
export type ResetReason = 'CURSOR_UNKNOWN' | 'GAP_TOO_LARGE';

/**
 * The events that a reader gets at once: those after `positionBefore`, up to and including `positionAfter`. The first batch
 * starts where the reader asked to start. Every other batch starts where the batch before it ended. `status`:
 *
 * - REPLAYING: more past events follow.
 * - LIVE: the reader now has the newest events.
 * - HEARTBEAT: the batch has no events.
 * - RESET: the events after `positionBefore` cannot be delivered, so the reader must start over. This is the last batch.
 * - ENDED: the reader's access has ended. This is the last batch.
 */
export interface Batch<Event extends Numbered = Numbered> {
  readonly status: 'REPLAYING' | 'LIVE' | 'HEARTBEAT' | 'RESET' | 'ENDED';
  readonly events: readonly Event[];
  readonly positionBefore: number;
  readonly positionAfter: number;
  readonly epoch: string;
  /** When the event at `positionAfter` happened, as in `Position`. */
  readonly at: number | null;
  /** The `revision` of the feed when the events were read. */
  readonly revision: number;
  readonly resetReason: ResetReason | null;
}

type EmptyStatus = Exclude<Batch['status'], 'REPLAYING' | 'RESET'>;

/** Returns a batch without events. */
export function emptyBatch(status: EmptyStatus, { epoch, eventNumber, at }: Position): Batch<never> {
  const positions = { positionBefore: eventNumber, positionAfter: eventNumber, epoch, at };
  return { status, events: [], ...positions, revision: 0, resetReason: null };
}
