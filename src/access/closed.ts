import type { Room } from '../generated/prisma/client.ts';

/** A room as its reader may see it. */
export type RoomRow = Room & {
  /** The reader was in it and may no longer see what is in it: lists are empty, counts 0, the rest null. */
  isClosed?: true;
};

/** What somebody may still see of a private room that they left: that it is the one they left. */
export function closedRoom({ id, kind, createdAt }: Room): RoomRow {
  const nothing = { slug: null, name: null, topic: null, avatarUrl: null, conversationKey: null, archivedAt: null };
  return { ...nothing, id, kind, createdAt, createdById: null, isClosed: true };
}
