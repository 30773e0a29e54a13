/**
 * SQL condition: a message (`m`) counts as unread, or as a notification, for a member (`membership`). A message counts
 * if another user wrote it and it is not deleted. The index `Message_unread_idx` holds the messages that count for any
 * member, with their authors.
 */
export const countsForMember = `m."kind" = 'USER' AND m."deletedAt" IS NULL AND m."authorId" IS DISTINCT FROM membership."userId"`;

/** SQL condition: a message (`m`) counts for no member. The index `Message_uncounted_idx` holds these messages. */
export const countsForNobody = `NOT (m."kind" = 'USER' AND m."deletedAt" IS NULL)`;
