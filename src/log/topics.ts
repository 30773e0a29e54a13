/** Returns the bus topic of a room's events. */
export function roomTopic(roomId: string): string {
  return `room:${roomId}`;
}

/** Returns the bus topic of what concerns a user: changes of their memberships, and what features add to it. */
export function userTopic(userId: string): string {
  return `user:${userId}`;
}
