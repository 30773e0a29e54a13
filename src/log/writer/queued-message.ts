import type { MessageRow } from '../../graphql/nodes.ts';

/** A message to write, checked as far as that is possible without the database. */
export interface Draft {
  id: string;
  roomId: string;
  authorId: string;
  text: string;
  clientMessageId: string;
  replyToId: string | null;
}

/** What the database decided about a draft. WRITTEN and KNOWN come with a message. */
export type Verdict = 'WRITTEN' | 'KNOWN' | 'NO_ROOM' | 'BANNED' | 'ARCHIVED' | 'NOT_A_MEMBER' | 'NO_REPLY';

export type Outcome =
  | { verdict: 'WRITTEN' | 'KNOWN'; message: MessageRow }
  | { verdict: Exclude<Verdict, 'WRITTEN' | 'KNOWN'>; message: null };

/** A message in the queue of the writer, with the promise of its sender. */
export interface QueuedMessage {
  draft: Draft;
  /** Memory that its text takes. */
  bytes: number;
  /** When it was queued, by the monotonic clock. */
  queuedAt: number;
  /** Whether an attempt to write it ended without an answer: the message may be stored. */
  isUncertain: boolean;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/** Returns what identifies an author in a room: their messages keep their order. */
export function senderOf({ roomId, authorId }: Draft): string {
  return `${roomId} ${authorId}`;
}
