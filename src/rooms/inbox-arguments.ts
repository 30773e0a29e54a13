import type { ArgBuilder } from '@pothos/core';
import { builder, type SchemaTypes } from '../graphql/builder.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import type { MembershipFilter } from './inbox.ts';
import { RoomKindEnum } from './schema.ts';

const MembershipOrderEnum = builder.enumType('MembershipOrder', {
  description: 'How a list of the viewer’s memberships is ordered.',
  values: {
    JOINED: { description: 'In the order in which the viewer first joined the rooms.' },
    ACTIVITY: {
      description:
        'The room with the newest message first, as an inbox shows it. A room without messages is sorted by the time of its creation. A message moves its room to the start of the list, even while the viewer reads later pages; a reaction or an edit moves nothing.',
    },
  } as const,
});

const MembershipFilterInput = builder.inputType('MembershipFilter', {
  description: 'Which of the viewer’s memberships a list contains. Each condition that is given must be met.',
  fields: (t) => ({
    kinds: t.field({ type: [RoomKindEnum], description: 'Only rooms of these kinds.' }),
    unreadOnly: t.boolean({ description: 'If true, only rooms with unread messages.' }),
    query: t.string({
      description:
        'Only rooms whose name contains this text, ignoring case; at most 100 characters. The name of a DIRECT or SUPPORT room is the display name or username of any other member, compared as by `users`.',
    }),
  }),
});

/** Declares the arguments that order and filter a list of the viewer's memberships. */
export function inboxArguments(arg: ArgBuilder<SchemaTypes>) {
  return {
    orderBy: arg({
      type: MembershipOrderEnum,
      required: true,
      defaultValue: 'JOINED',
      description: 'The order of the list. A cursor belongs to one order.',
    }),
    filter: arg({ type: MembershipFilterInput, description: 'Which memberships the list contains. If omitted, all.' }),
  };
}

type Costly = Parameters<typeof pageOf>[0] & { orderBy: 'JOINED' | 'ACTIVITY'; filter?: MembershipFilter | null };

/**
 * Returns the complexity of a page. In the order of activity, or with a filter, the server looks at every room of the
 * viewer: with 5,000 rooms, each takes 10 to 20 ms of CPU (2026-11, one core). A search for a name may look at every
 * member of every conversation.
 */
export function inboxCost(args: Costly) {
  const { orderBy, filter } = args;
  const units = 1 + (orderBy === 'ACTIVITY' ? 1 : 0) + (filter ? 1 : 0) + (filter?.query ? 2 : 0);
  return pageOf(args, units * statementCost);
}
