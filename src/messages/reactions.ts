import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';

/** All who reacted to a message with the same emoji. */
export interface ReactionGroup {
  emoji: string;
  userIds: string[];
}

interface ReactionRow {
  messageId: string;
  emoji: string;
  userIds: string[];
}

/** Reactions to messages, in the order in which each emoji first came; one statement for all that an operation asks. */
export const reactionGroups = createContextCache(
  ({ db }: Context) =>
    new DataLoader<string, ReactionGroup[]>(async (messageIds) => {
      const rows = await db.$queryRaw<ReactionRow[]>`
        SELECT "messageId", "emoji", array_agg("userId"::text ORDER BY "createdAt") AS "userIds"
        FROM "Reaction" WHERE "messageId" = ANY(${messageIds}::uuid[])
        GROUP BY "messageId", "emoji" ORDER BY min("createdAt"), "emoji"`;
      return messageIds.map((id) => rows.filter(({ messageId }) => messageId === id));
    }),
);

/** The GraphQL type `ReactionGroup`. */
export const ReactionGroupType = builder.objectRef<ReactionGroup>('ReactionGroup').implement({
  description: 'All who reacted to a message with the same emoji.',
  fields: (t) => ({
    emoji: t.exposeString('emoji', { description: 'An emoji, or a `:shortcode:`.' }),
    count: t.int({ description: 'How many reacted with it.', resolve: ({ userIds }) => userIds.length }),
    viewerHasReacted: t.boolean({
      description: 'Whether the viewer is among them.',
      extensions: { dependsOn: 'viewer' },
      resolve: ({ userIds }, _args, { viewer }) => viewer !== null && userIds.includes(viewer.userId),
    }),
  }),
});
