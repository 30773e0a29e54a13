/** A member has read further. Not published when a member sends a message: its event shows how far the author has read. */
export interface ReadMoved {
  type: 'READ';
  roomId: string;
  userId: string;
  lastReadSequence: number;
}

/** Returns the bus topic of how far the members of a room have read: `ReadMoved`. */
export function readsTopic(roomId: string): string {
  return `reads:${roomId}`;
}
