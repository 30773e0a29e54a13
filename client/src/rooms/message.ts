import type { MessageFields, SharedMessageFields } from '../documents.ts';

type Groups = readonly { readonly emoji: string; readonly viewerHasReacted?: boolean }[];

/**
 * Returns what is known of a message after another answer or event about it: the same object if nothing changed. What
 * was read earlier than the known state is ignored. Events do not say how the viewer has reacted: that is kept.
 */
export function mergeMessage(
  known: MessageFields | undefined,
  read: SharedMessageFields | MessageFields,
): MessageFields {
  if (!known && 'clientMessageId' in read) return read; // the answer to a query is complete
  if (known && read.lastEventNumber < known.lastEventNumber) return known;
  const own = new Set(known?.reactionGroups.filter((group) => group.viewerHasReacted).map(({ emoji }) => emoji));
  const merged: MessageFields = {
    ...(known ?? { clientMessageId: null }),
    ...read,
    reactionGroups: read.reactionGroups.map((group) => ({
      emoji: group.emoji,
      count: group.count,
      viewerHasReacted: (group as Groups[number]).viewerHasReacted ?? own.has(group.emoji),
    })),
  };
  return known && JSON.stringify(merged) === JSON.stringify(known) ? known : merged;
}

/** Returns `item` with the state of the message that it replies to, if it replies to `changed`. */
export function withReply(item: MessageFields, changed: SharedMessageFields): MessageFields {
  const { replyTo } = item;
  if (replyTo?.id !== changed.id) return item;
  if (replyTo.text === changed.text && replyTo.deletedAt === changed.deletedAt) return item;
  return { ...item, replyTo: { ...replyTo, text: changed.text, deletedAt: changed.deletedAt } };
}
