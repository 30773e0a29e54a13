import type { Change, Entry } from './outgoing.ts';

/** The changes of one room that wait, in order. */
export class RoomQueue {
  readonly entries: Entry[] = [];
  /** The server has asked to wait with everything of this room. */
  notBefore = 0;

  /** Returns what can be sent now, or else when something can. */
  next(now: number): { readonly entry?: Entry; readonly at: number } {
    if (this.notBefore > now) return { at: this.notBefore };
    const blocked = new Set<string>();
    let at = Number.POSITIVE_INFINITY;
    for (const entry of this.entries) {
      if (entry.isFailed) continue;
      const isFree = !entry.lanes.some((lane) => blocked.has(lane));
      if (isFree && entry.notBefore <= now) return { entry, at: now };
      if (isFree) at = Math.min(at, entry.notBefore);
      for (const lane of entry.lanes) blocked.add(lane);
    }
    return { at };
  }

  /** Inserts what is older than the rest, but after what may be under way. */
  insert(entry: Entry): void {
    if (this.entries.some(({ row }) => row.id === entry.row.id)) return;
    const index = this.entries.findIndex(({ row, tries }) => tries === 0 && row.order > entry.row.order);
    this.entries.splice(index < 0 ? this.entries.length : index, 0, entry);
  }

  remove(entry: Entry): void {
    const index = this.entries.indexOf(entry);
    if (index >= 0) this.entries.splice(index, 1);
  }

  /** Returns the waiting change that this one becomes a part of: what is under way stays as it is. */
  coalesce(change: Change): Entry | undefined {
    return this.entries.findLast((entry) => {
      const waiting = entry.row.change;
      if (waiting.kind === 'send' && change.kind === 'send') return waiting.clientMessageId === change.clientMessageId;
      if (entry.tries > 0 && entry.state.get().status === 'sending') return false;
      if (waiting.kind === 'send') return change.kind === 'edit' && entry.tries === 0 && entry.id === change.messageId;
      if (waiting.kind !== change.kind || entry.isFailed) return false;
      if (waiting.kind === 'react' && change.kind === 'react')
        return waiting.messageId === change.messageId && waiting.emoji === change.emoji;
      return (
        waiting.kind === 'read' ||
        (waiting.kind === 'edit' && waiting.messageId === (change as typeof waiting).messageId)
      );
    });
  }
}
