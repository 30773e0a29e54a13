/** Returns the bus topic of a room's events. */
export function roomTopic(roomId: string): string {
  return `room:${roomId}`;
}

/** Returns the bus topic of events that concern a user: changes of their memberships, and events that features add. */
export function userTopic(userId: string): string {
  return `user:${userId}`;
}
