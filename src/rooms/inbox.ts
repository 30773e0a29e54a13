import { viewerMemberships } from '../access/membership.ts';
import { likeText, searchText } from '../base/text.ts';
import type { RoomKind } from '../generated/prisma/client.ts';
import { type CappedCount, connect } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import type { MembershipRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import type { Stretch } from '../storage/pages.ts';
import type { Query } from '../storage/pool.ts';
import { activityStatements, countStatement, joinedStatement } from './inbox-statements.ts';
import { type ActiveMembership, byActivity, byMembershipId } from './membership-order.ts';

/** Which memberships a list contains; what is null or absent does not matter. */
export interface MembershipFilter {
  kinds?: readonly RoomKind[] | null;
  unreadOnly?: boolean | null;
  query?: string | null;
}

type PageArguments = Parameters<typeof connect>[0];
type InboxArguments = PageArguments & { orderBy: 'JOINED' | 'ACTIVITY'; filter?: MembershipFilter | null };

/** Where counting of memberships stops. */
export const membershipCountCap = 1000;

/**
 * Returns a page of the viewer's current memberships, in one statement: in the order in which the user first joined, or
 * newest activity first. Readers of the rooms need not load the memberships again. Throws INVALID_INPUT.
 */
export async function inboxPage(context: Context, userId: string, { orderBy, filter, ...args }: InboxArguments) {
  const query = queryOf(context);
  const wanted = [userId, ...filterValues(filter ?? {})];
  const page =
    orderBy === 'ACTIVITY'
      ? await connect(args, byActivity, (stretch) => findByActivity(query, wanted, stretch))
      : await connect(args, byMembershipId, (stretch) => findByJoining(query, wanted, stretch));
  for (const { node } of page.edges) viewerMemberships(context).prime(node.roomId, node);
  return { ...page, totalCount: () => countMatching(query, wanted) };
}

/** The values $2 to $4 of each statement. */
function filterValues({ kinds, unreadOnly, query }: MembershipFilter): unknown[] {
  const words = searchText(query, ['filter', 'query']);
  return [kinds ? [...new Set(kinds)] : null, unreadOnly ?? false, words === null ? null : `%${likeText(words)}%`];
}

const lowestId = '00000000-0000-0000-0000-000000000000';
const highestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const byJoining = {
  forward: { name: 'filtered memberships', text: joinedStatement('ASC') },
  inverted: { name: 'filtered memberships backwards', text: joinedStatement('DESC') },
};

function findByJoining(query: Query, wanted: readonly unknown[], { after, before, limit, inverted }: Stretch) {
  const { name, text } = inverted ? byJoining.inverted : byJoining.forward;
  return query<MembershipRow & Record<string, unknown>>(name, text, [
    ...wanted,
    after ?? lowestId,
    before ?? highestId,
    limit,
  ]);
}

function findByActivity(query: Query, wanted: readonly unknown[], { after, before, limit, inverted }: Stretch) {
  const values = [
    ...wanted,
    ...(positionOf(after) ?? ['infinity', highestId]),
    ...(positionOf(before) ?? ['-infinity', lowestId]),
    limit,
  ];
  const { newestFirst, oldestFirst } = activityStatements;
  return inverted
    ? query<ActiveMembership & Record<string, unknown>>('inbox backwards', oldestFirst, values)
    : query<ActiveMembership & Record<string, unknown>>('inbox', newestFirst, values);
}

/** Returns the time and the id in a cursor of `byActivity`. */
function positionOf(key: string | null): [at: string, id: string] | null {
  if (key === null) return null;
  const [milliseconds = '', id = ''] = key.split('.');
  return [new Date(Number(milliseconds)).toISOString(), id];
}

async function countMatching(query: Query, wanted: readonly unknown[]): Promise<CappedCount> {
  const [row] = await query<{ count: number }>('count memberships', countStatement, [
    ...wanted,
    membershipCountCap + 1,
  ]);
  const { count = 0 } = row ?? {};
  return { value: Math.min(count, membershipCountCap), isCapped: count > membershipCountCap };
}
