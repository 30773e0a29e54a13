/** Returns the bus topic of a room's events. */
export function roomTopic(roomId: string): string {
  return `room:${roomId}`;
}

/** Bus topic of the ids of users whose access to a room has ended. */
export const accessEndsTopic = 'access-ends';

/** Returns the bus topic of events that concern a user: changes of their memberships, and events that features add. */
export function userTopic(userId: string): string {
  return `user:${userId}`;
}
