import type { MessageItem } from 'parley-client';
import type { NewFrom } from './items.ts';

/** The sequence of messages that are not stored yet. */
const unsent = 2_147_483_647;

export type NewMessage = Pick<MessageItem, 'kind' | 'sequence'> & { readonly author: { readonly id: string } | null };

/** Returns whether a message can be news for a viewer: somebody else wrote it, and it is stored. */
export function isNews({ author, kind, sequence }: NewMessage, viewerId: string | null): boolean {
  return kind === 'USER' && author?.id !== viewerId && sequence < unsent;
}

/** Returns the sequence of the newest message that is stored; 0 if there is none. */
export function lastStored(messages: readonly { sequence: number }[]): number {
  return messages.findLast(({ sequence }) => sequence < unsent)?.sequence ?? 0;
}

/** Returns where the new messages begin after another one. */
export function oneMore(newFrom: NewFrom | null, messageId: string): NewFrom {
  return newFrom ? { ...newFrom, count: newFrom.count + 1 } : { messageId, count: 1 };
}
