import type { MessageFields } from '../documents.ts';
import type { Change } from '../outbox/changes.ts';
import type { Entry } from '../outbox/outgoing.ts';

type MessageChange = Exclude<Change, { readonly kind: 'send' | 'read' }>;
type Groups = MessageFields['reactionGroups'];

/** What is shown of a message, and from which entries in which states it was made. */
interface Shown {
  readonly message: MessageFields;
  readonly made: string;
}

const known = new WeakMap<MessageFields, Shown>();

/**
 * Returns what shows messages as they will be once the server has accepted the edits, deletions and reactions that wait;
 * undefined if none waits. A change that the server has refused is not shown.
 */
export function showWaiting(entries: readonly Entry[]): ((message: MessageFields) => MessageFields) | undefined {
  const byMessage = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { change } = entry.row;
    if (entry.isFailed || !isOfMessage(change)) continue;
    byMessage.set(change.messageId, [...(byMessage.get(change.messageId) ?? []), entry]);
  }
  if (byMessage.size === 0) return undefined;
  return (message) => {
    const waiting = byMessage.get(message.id);
    if (!waiting || message.deletedAt) return message;
    const made = JSON.stringify(waiting.map(({ row, isEchoed }) => [row.change, isEchoed]));
    const before = known.get(message);
    if (before?.made === made) return before.message;
    const shown = waiting.reduce(changed, message);
    known.set(message, { message: shown, made });
    return shown;
  };
}

function isOfMessage(change: Change): change is MessageChange {
  return 'messageId' in change;
}

function changed(message: MessageFields, { row, isEchoed }: Entry): MessageFields {
  const change = row.change as MessageChange;
  const at = new Date(row.at).toISOString();
  if (change.kind === 'edit') return { ...message, text: change.text, editedAt: message.editedAt ?? at };
  if (change.kind === 'remove') return { ...message, text: null, deletedAt: at, reactionGroups: [] };
  return { ...message, reactionGroups: afterReaction(message.reactionGroups, change, isEchoed === true) };
}

/** `isCounted`: an event has brought the new count, but not whose reaction it is. */
function afterReaction(groups: Groups, { emoji, on }: { emoji: string; on: boolean }, isCounted: boolean): Groups {
  const group = groups.find((one) => one.emoji === emoji);
  if (!group) return on && !isCounted ? [...groups, { emoji, count: 1, viewerHasReacted: true }] : groups;
  if (group.viewerHasReacted === on) return groups;
  const count = isCounted ? group.count : group.count + (on ? 1 : -1);
  const next = groups.map((one) => (one === group ? { emoji, count, viewerHasReacted: on } : one));
  return next.filter((one) => one.count > 0);
}
