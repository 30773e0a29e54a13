import type { OpenedStorage } from '../storage/open.ts';
import { type ReactionReads, reactionReads } from './reaction-reads.ts';

/** Reads of messages that all operations share. */
export interface MessageReads {
  reactions: ReactionReads;
}

declare module '../graphql/context.ts' {
  interface Services {
    messages: MessageReads;
  }
}

/** Opens the reads of messages. */
export function openMessages({ pool }: Pick<OpenedStorage, 'pool'>): MessageReads {
  return { reactions: reactionReads(pool.query) };
}
