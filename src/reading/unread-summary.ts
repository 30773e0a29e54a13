import { builder } from '../graphql/builder.ts';
import { CappedCountType } from '../graphql/connections.ts';
import type { UnreadSummary } from './unread.ts';

/** The GraphQL type `UnreadSummary`. */
export const UnreadSummaryType = builder.objectRef<UnreadSummary>('UnreadSummary').implement({
  description: 'How much is unread in all of the viewer’s rooms. Counting stops at `Server.limits.unreadCountCap`.',
  fields: (t) => ({
    rooms: t.field({
      type: CappedCountType,
      description: 'Number of rooms with at least one unread message.',
      resolve: ({ rooms }) => rooms,
    }),
    messages: t.field({
      type: CappedCountType,
      description: 'Number of unread messages in all rooms together.',
      resolve: ({ messages }) => messages,
    }),
  }),
});
