import DataLoader from 'dataloader';
import { Prisma } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { perOperation } from '../graphql/loaders.ts';
import type { MessageRow, ReactionGroup } from '../graphql/nodes.ts';

/** The message that reactions belong to. The key of the table begins with `roomId`, so queries need it too. */
interface ReactedTo {
  id: string;
  roomId: string;
}

interface GroupRow {
  messageId: string;
  emoji: string;
  count: number;
}

const byId = { cacheKeyFn: ({ id }: ReactedTo) => id };

/** Returns SQL that selects the reactions to these messages. */
function reactionsTo(messages: readonly ReactedTo[]): Prisma.Sql {
  return Prisma.sql`
    unnest(${messages.map(({ roomId }) => roomId)}::uuid[], ${messages.map(({ id }) => id)}::uuid[]) AS wanted(room, message)
    JOIN "Reaction" ON "roomId" = wanted.room AND "messageId" = wanted.message`;
}

/**
 * Loads reactions to messages, in the order of the first use of each emoji. One statement loads all messages of one
 * tick.
 */
const reactionGroups = perOperation(
  ({ db }) =>
    new DataLoader<ReactedTo, ReactionGroup[], string>(async (messages) => {
      const groups = new Map(messages.map(({ id }): [string, ReactionGroup[]] => [id, []]));
      const byMessage = new Map(messages.map((message) => [message.id, message]));
      for (const { messageId, emoji, count } of await db.$queryRaw<GroupRow[]>`
        SELECT "messageId", "emoji", count(*)::int AS "count" FROM ${reactionsTo(messages)}
        GROUP BY "messageId", "emoji" ORDER BY min("createdAt"), "emoji"`) {
        groups.get(messageId)?.push({ message: byMessage.get(messageId)!, emoji, count });
      }
      return messages.map(({ id }) => groups.get(id) ?? []);
    }, byId),
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
  return known ?? reactionGroups(context).load({ id, roomId });
}

/** Loads the emojis with which the viewer reacted to messages. One statement loads all messages of one tick. */
const ownEmojis = perOperation((context) => {
  const { userId } = requireViewer(context);
  return new DataLoader<ReactedTo, ReadonlySet<string>, string>(async (messages) => {
    const rows = await context.db.$queryRaw<GroupRow[]>`
      SELECT "messageId", "emoji" FROM ${reactionsTo(messages)} WHERE "userId" = ${userId}::uuid`;
    const emojis = new Map(messages.map(({ id }): [string, Set<string>] => [id, new Set()]));
    for (const { messageId, emoji } of rows) emojis.get(messageId)?.add(emoji);
    return messages.map(({ id }) => emojis.get(id) ?? new Set());
  }, byId);
});

async function hasReacted(context: Context, message: ReactedTo, emoji: string): Promise<boolean> {
  return (await ownEmojis(context).load(message)).has(emoji);
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
