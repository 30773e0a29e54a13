import type { Numbered, Position } from './log.ts';

/** Why a reader cannot go on from where it was. */
export type ResetReason = 'CURSOR_UNKNOWN' | 'GAP_TOO_LARGE';

/**
 * One move of a reader along a log: from `positionBefore` to `positionAfter`, over `events`. The first batch's
 * `positionBefore` is where the reader asked to start; every other one's is the last one's `positionAfter`.
 *
 * REPLAYING: more of the past is to come. LIVE: this is the newest. HEARTBEAT: nothing new. RESET: what follows is not to
 * be had; start over. ENDED: the reader's access ended. The last two are the last batch.
 */
export interface Batch<Event extends Numbered = Numbered> {
  readonly status: 'REPLAYING' | 'LIVE' | 'HEARTBEAT' | 'RESET' | 'ENDED';
  readonly events: readonly Event[];
  readonly positionBefore: number;
  readonly positionAfter: number;
  readonly epoch: string;
  /** When the event at `positionAfter` happened, as in `Position`. */
  readonly at: number | null;
  /** Number of the newest event that changed how earlier ones are shown, when these were read. */
  readonly revision: number;
  readonly resetReason: ResetReason | null;
}

type Still = Exclude<Batch['status'], 'REPLAYING' | 'RESET'>;

/** A batch over no events. */
export function emptyBatch(status: Still, { epoch, eventNumber, at }: Position): Batch<never> {
  const place = { positionBefore: eventNumber, positionAfter: eventNumber, epoch, at };
  return { status, events: [], ...place, revision: 0, resetReason: null };
}
