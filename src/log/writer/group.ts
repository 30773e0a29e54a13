import { type Draft, type QueuedMessage, senderOf } from './queued-message.ts';

/** Messages that are being written by one commit. */
export interface Group {
  messages: readonly QueuedMessage[];
  roomIds: ReadonlySet<string>;
  /** The authors with their rooms, as `senderOf` returns them. */
  senders: ReadonlySet<string>;
  /** How fast it is written: see `lateMs` and `stuckMs` of the writer. */
  pace: 'usual' | 'late' | 'stuck';
  /** Whether it may wait for rooms that another transaction has locked. */
  mayWait: boolean;
}

export function newGroup(messages: readonly QueuedMessage[], mayWait: boolean): Group {
  const roomIds = new Set(messages.map(({ draft }) => draft.roomId));
  const senders = new Set(messages.map(({ draft }) => senderOf(draft)));
  return { messages, roomIds, senders, pace: 'usual', mayWait };
}

/** Returns whether a group probably waits for a locked room. */
export function isStuck({ pace }: Group): boolean {
  return pace === 'stuck';
}

/**
 * Returns whether a draft must wait until a group is written: the group has an earlier message of the author, or is
 * stuck and has the same room.
 */
export function mustFollow(draft: Draft, group: Group): boolean {
  return isStuck(group) ? group.roomIds.has(draft.roomId) : group.senders.has(senderOf(draft));
}
