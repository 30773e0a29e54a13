import { viewerMemberships } from '../access/membership.ts';
import { type CappedCount, capped } from '../base/capped-count.ts';
import { highestId, lowestId } from '../base/ids.ts';
import { foldText } from '../base/names.ts';
import { likeText, searchText } from '../base/text.ts';
import type { RoomKind } from '../generated/prisma/client.ts';
import { connect } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import type { MembershipRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import type { Selecting } from '../graphql/selection.ts';
import { addMessagesOf } from '../messages/of-memberships.ts';
import type { Stretch } from '../storage/pages.ts';
import type { Query } from '../storage/pool.ts';
import type { Statement } from '../storage/transaction-query.ts';
import { countSql, joinedSql, newestFirstSql, oldestFirstSql } from './inbox-statements.ts';
import { type ActiveMembership, byActivity, byMembershipId } from './membership-order.ts';
import { partsOfInbox } from './memberships.ts';
import { activeMembershipsSql, membershipsSql, runMembershipsSql } from './read-memberships.ts';

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
 * Returns a page of the viewer's current memberships, with what the operation selects of them: in the order in which the
 * viewer first joined, or newest activity first. Reading the rooms need not load the memberships again. Throws
 * INVALID_INPUT.
 */
export async function inboxPage(
  context: Context,
  userId: string,
  { args: { orderBy, filter, ...args }, info }: { args: InboxArguments; info: Selecting },
) {
  const wanted = [userId, ...filterValues(filter ?? {})];
  const parts = partsOfInbox(context, info);
  const find = async <Row extends MembershipRow>(statement: Statement, compare: (one: Row, other: Row) => number) => {
    const rows = await runMembershipsSql<Row>(context, statement, parts);
    await addMessagesOf(context, rows, parts);
    return rows.sort(compare);
  };
  const page =
    orderBy === 'ACTIVITY'
      ? await connect(args, byActivity, (stretch) => find(activityStatement(wanted, stretch), inActivity(stretch)))
      : await connect(args, byMembershipId, (stretch) => find(joinedStatement(wanted, stretch), inJoining(stretch)));
  for (const { node } of page.edges) viewerMemberships(context).prime(node.roomId, node);
  // Counted once, under however many names an operation selects it.
  let total: Promise<CappedCount> | undefined;
  return { ...page, totalCount: () => (total ??= countMatching(queryOf(context), wanted)) };
}

/** The values $2 to $4 of each statement. */
function filterValues({ kinds, unreadOnly, query }: MembershipFilter): unknown[] {
  const words = searchText(query, ['filter', 'query']);
  const patterns = words === null ? null : [words, foldText(words)].map((text) => `%${likeText(text)}%`);
  return [kinds ? [...new Set(kinds)] : null, unreadOnly ?? false, patterns];
}

const texts = {
  joined: [membershipsSql(joinedSql('ASC')), membershipsSql(joinedSql('DESC'))],
  activity: [activeMembershipsSql(newestFirstSql), activeMembershipsSql(oldestFirstSql)],
} as const;

function joinedStatement(wanted: readonly unknown[], { after, before, limit, inverted }: Stretch): Statement {
  const values = [...wanted, after ?? lowestId, before ?? highestId, limit];
  return inverted
    ? { name: 'filtered memberships, backwards', text: texts.joined[1], values }
    : { name: 'filtered memberships', text: texts.joined[0], values };
}

function activityStatement(wanted: readonly unknown[], { after, before, limit, inverted }: Stretch): Statement {
  const older = positionOf(after) ?? ['infinity', highestId];
  const newer = positionOf(before) ?? ['-infinity', lowestId];
  const values = [...wanted, ...older, ...newer, limit];
  return inverted
    ? { name: 'inbox, backwards', text: texts.activity[1], values }
    : { name: 'inbox', text: texts.activity[0], values };
}

/** Returns the time and the id in a cursor of `byActivity`. */
function positionOf(key: string | null): [at: string, id: string] | null {
  if (key === null) return null;
  const [milliseconds = '', id = ''] = key.split('.');
  return [new Date(Number(milliseconds)).toISOString(), id];
}

function inJoining({ inverted }: Stretch) {
  const direction = inverted ? -1 : 1;
  return ({ id: one }: MembershipRow, { id: other }: MembershipRow) => (one < other ? -direction : direction);
}

function inActivity({ inverted }: Stretch) {
  const direction = inverted ? 1 : -1;
  return (one: ActiveMembership, other: ActiveMembership) =>
    direction * (one.activeAt.getTime() - other.activeAt.getTime() || (one.id < other.id ? -1 : 1));
}

async function countMatching(query: Query, wanted: readonly unknown[]): Promise<CappedCount> {
  const [row] = await query<{ count: number }>('count memberships', countSql, [...wanted, membershipCountCap + 1]);
  const { count = 0 } = row ?? {};
  return capped(count, membershipCountCap);
}
