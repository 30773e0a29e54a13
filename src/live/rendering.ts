import type { Batch } from './batch.ts';
import type { Numbered } from './log.ts';

/** Makes of a batch what is sent to a reader: the UTF-8 bytes of a JSON value for each message, none if there is nothing. */
export interface Rendering<Event extends Numbered> {
  /** Owners of readers for whom this batch looks different: those who wrote what it tells of, and have marks of their own. */
  personalFor(batch: Batch<Event>): ReadonlySet<string>;
  /**
   * For one of the owners apart, or (null) for everybody else who shares the rendering. Rejects with NotShareable if it
   * turns out to depend on who reads.
   */
  render(batch: Batch<Event>, owner: string | null): Promise<readonly Buffer[]>;
  /** For the reader whose rendering this is, whose access ends with or after the batch: shows nothing that came after it. */
  renderForRevoked(batch: Batch<Event>): Promise<readonly Buffer[]>;
}

/** A rendering that was meant to be shared asked for its viewer; nothing of it may be used. */
export class NotShareable extends Error {}

/** How many bytes of results there are. */
export function bytesOf(payloads: readonly Buffer[]): number {
  return payloads.reduce((sum, { length }) => sum + length, 0);
}
