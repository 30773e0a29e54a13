import { builder } from '../graphql/builder.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { perOperation } from '../graphql/loaders.ts';
import type { MessageRow, ReactionGroup } from '../graphql/nodes.ts';
import { queryThrough } from '../storage/prisma.ts';
import { type ReactedTo, reactionReads } from './reaction-reads.ts';

/** Returns the reads of an operation: those that all operations share, or those of its own snapshot. */
const readsOf = perOperation(({ db, isSnapshot, services }) =>
  isSnapshot ? reactionReads(queryThrough(db)) : services.messages.reactions,
);

/**
 * Returns the reactions to a message. After the reader's access has ended, returns none: only the current reactions are
 * stored.
 */
export function reactionGroupsOf(
  context: Context,
  { id, roomId, reactionGroups: known }: MessageRow,
): ReactionGroup[] | Promise<ReactionGroup[]> {
  if (context.accessEnd?.(roomId)) return [];
  return known ?? readsOf(context).groupsOf({ id, roomId });
}

async function hasReacted(context: Context, message: ReactedTo, emoji: string): Promise<boolean> {
  const { userId } = requireViewer(context);
  return (await readsOf(context).emojisOf(message, userId)).has(emoji);
}

/** The GraphQL type `ReactionGroup`. */
export const ReactionGroupType = builder.objectRef<ReactionGroup>('ReactionGroup').implement({
  description: 'All reactions to a message with the same emoji.',
  fields: (t) => ({
    emoji: t.exposeString('emoji', { description: 'An emoji, or a `:shortcode:`.' }),
    count: t.exposeInt('count', { description: 'Number of users who reacted with this emoji.' }),
    viewerHasReacted: t.boolean({
      description: 'Whether the viewer is one of these users.',
      extensions: { dependsOn: 'viewer' },
      resolve: ({ message, emoji, viewerHasReacted }, _args, context) =>
        context.viewer !== null && (viewerHasReacted ?? hasReacted(context, message, emoji)),
    }),
  }),
});
