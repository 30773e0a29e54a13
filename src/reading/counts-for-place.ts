/**
 * SQL: whether a message (`m`) counts for a member of its room (`place`) as unread, or as a notification: it is of somebody
 * else, and not deleted. `Message_unread_idx` holds what counts for anybody.
 */
export const countsForPlace = `m."kind" = 'USER' AND m."deletedAt" IS NULL AND m."authorId" IS DISTINCT FROM place."userId"`;
