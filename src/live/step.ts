import type { Numbered } from './log.ts';

/** Why a reader cannot go on from where it was. */
export type ResetReason = 'CURSOR_UNKNOWN' | 'GAP_TOO_LARGE';

/**
 * One move of a reader along a log: from `positionBefore` to `positionAfter`, over `events`. The first step's
 * `positionBefore` is where the reader asked to start; every other one's is the last one's `positionAfter`.
 *
 * REPLAYING: more of the past is to come. LIVE: this is the newest. HEARTBEAT: nothing new. RESET: what follows is not to
 * be had; start over. ENDED: the reader's access ended. The last two are the last step.
 */
export interface Step<Event extends Numbered = Numbered> {
  readonly status: 'REPLAYING' | 'LIVE' | 'HEARTBEAT' | 'RESET' | 'ENDED';
  readonly events: readonly Event[];
  readonly positionBefore: number;
  readonly positionAfter: number;
  readonly epoch: string;
  /** Number of the newest event that changed how earlier ones are shown, when these were read. */
  readonly revision: number;
  readonly resetReason: ResetReason | null;
}

type Still = Exclude<Step['status'], 'REPLAYING' | 'RESET'>;

/** A step over no events. */
export function stillStep(status: Still, at: { epoch: string; eventNumber: number }): Step<never> {
  const { epoch, eventNumber } = at;
  const place = { positionBefore: eventNumber, positionAfter: eventNumber, epoch };
  return { status, events: [], ...place, revision: 0, resetReason: null };
}
