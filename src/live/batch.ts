import type { Numbered, Position } from './log.ts';

/** Why a reader cannot continue from its position. */
export type ResetReason = 'CURSOR_UNKNOWN' | 'GAP_TOO_LARGE';

/**
 * The events that a reader gets at once: those after `positionBefore`, up to `positionAfter`. The `positionBefore` of the
 * first batch is where the reader asked to start; that of every other one is the `positionAfter` of the batch before it.
 *
 * REPLAYING: more past events follow. LIVE: these are the newest. HEARTBEAT: there are none. RESET: the events that follow
 * cannot be delivered; the reader must start over. ENDED: the reader's access has ended. RESET and ENDED are the last batch.
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
