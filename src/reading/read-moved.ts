/** A member has read further. Not published for the sender of a message: that is seen from the message. */
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
