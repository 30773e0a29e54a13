import type { Batch } from './batch.ts';
import type { Numbered } from './log.ts';

/**
 * Turns a batch into what is sent to a reader: for each result, the UTF-8 of a JSON value. A batch may have no results.
 */
export interface Rendering<Event extends Numbered> {
  /** Returns the owners whose results differ from those of the others: the authors of content that the batch shows. */
  personalFor(batch: Batch<Event>): ReadonlySet<string>;
  /**
   * Renders for one of those owners; if `owner` is null, for all others. Rejects with NotShareable if the result turns
   * out to depend on who reads it.
   */
  render(batch: Batch<Event>, owner: string | null): Promise<readonly Buffer[]>;
  /** Renders for a reader whose access ends in or after the batch. The result shows nothing that happened after the end. */
  renderForRevoked(batch: Batch<Event>): Promise<readonly Buffer[]>;
}

/** How results are made for a subscriber now, and a key that is the same for all who get the same results. */
export interface Shared<Event extends Numbered> {
  key: string;
  rendering: Rendering<Event>;
}

/** Thrown when a result that was meant to be shared asked for its viewer: nothing of it may be used. */
export class NotShareable extends Error {}

/** Returns how many bytes the results have. */
export function bytesOf(payloads: readonly Buffer[]): number {
  return payloads.reduce((sum, { length }) => sum + length, 0);
}
