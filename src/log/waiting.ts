import type { MessageRow } from '../graphql/nodes.ts';
import type { Draft, Verdict } from './write-statement.ts';

export type Outcome =
  | { verdict: 'WRITTEN' | 'KNOWN'; message: MessageRow }
  | { verdict: Exclude<Verdict, 'WRITTEN' | 'KNOWN'>; message: null };

/** A message that waits to be written, with whoever waits for that. */
export interface Waiting {
  draft: Draft;
  bytes: number;
  /** When it came, by the monotonic clock. */
  since: number;
  /** Whether an attempt to write it ended without an answer: it may be there. */
  isUncertain: boolean;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}
