import type { Lane } from './lane.ts';
import type { QueuedChange } from './queued-change.ts';

/** Changes that are being written by one commit. */
export interface Group {
  changes: readonly QueuedChange[];
  roomIds: ReadonlySet<string>;
  authors: ReadonlySet<string>;
  /** How fast it is written: see `lateMs` and `stuckMs` of the writer. */
  pace: 'usual' | 'late' | 'stuck';
  /** Whether it may wait for rooms that another transaction has locked. */
  mayWait: boolean;
  lane: Lane;
}

export function newGroup(changes: readonly QueuedChange[], { mayWait, lane }: Pick<Group, 'mayWait' | 'lane'>): Group {
  const roomIds = new Set(changes.map(({ roomId }) => roomId));
  const authors = new Set(changes.map(({ author }) => author));
  return { changes, roomIds, authors, pace: 'usual', mayWait, lane };
}

/** Returns whether a group probably waits for a locked room. */
export function isStuck({ pace }: Group): boolean {
  return pace === 'stuck';
}

/**
 * Returns whether a change must wait until a group is written: the group has an earlier change of the author in the room,
 * or is stuck and has the same room.
 */
export function mustFollow({ roomId, author }: QueuedChange, group: Group): boolean {
  return isStuck(group) ? group.roomIds.has(roomId) : group.authors.has(author);
}
