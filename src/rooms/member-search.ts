import { viewerModerates } from '../access/viewer-moderates.ts';
import { type CappedCount, capped } from '../base/capped-count.ts';
import { forbidden } from '../base/errors.ts';
import { highestId, lowestId } from '../base/ids.ts';
import { foldText } from '../base/names.ts';
import { likeText, searchText } from '../base/text.ts';
import { type MembershipState, Prisma, type RoomRole } from '../generated/prisma/client.ts';
import { connect } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import type { MembershipRow, RoomRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import type { Selecting } from '../graphql/selection.ts';
import { addMessagesOf } from '../messages/of-memberships.ts';
import { columnsOf } from '../storage/columns.ts';
import type { Stretch } from '../storage/pages.ts';
import { isCalledSql } from '../users/search.ts';
import { membershipCountCap } from './inbox.ts';
import { byMembershipId } from './membership-order.ts';
import { partsOfMemberPage } from './memberships.ts';
import { inOrder, membershipsSql, runMembershipsSql } from './read-memberships.ts';

/** Which members of a room a list contains; what is null or absent does not matter. */
export interface MemberFilter {
  query?: string | null;
  roles?: readonly RoomRole[] | null;
  /** JOINED if absent. */
  states?: readonly MembershipState[] | null;
}

type Arguments = Parameters<typeof connect>[0] & MemberFilter;

/** Returns whether a list of members needs a search. */
export function isSearch({ query, roles, states }: MemberFilter): boolean {
  return query != null || roles != null || states != null;
}

/**
 * Returns the complexity of a page. A search looks at every member of the room: at 5,000 members, that takes 10 to 20 ms of
 * CPU if it looks at their names, else a fifth of that (2026-11, one core).
 */
export function memberCost(args: Arguments) {
  if (!isSearch(args)) return pageOf(args);
  return pageOf(args, (args.query ? 3 : 1) * statementCost);
}

/**
 * SQL: the memberships of room $1 that have one of the states $2 and one of the roles $3, and whose user has a name like the
 * folded pattern $4. If $3 or $4 is null, every role or name matches. `after` and `before` are SQL: only memberships with ids
 * between them are listed. Columns are compared as one row; with a comparison for each, PostgreSQL might read another index.
 */
const matching = (columns: string, [after, before]: readonly [string, string], end: string) => `
  SELECT found.* FROM unnest($2::text[]) AS wanted(state) CROSS JOIN LATERAL (
    SELECT ${columns} FROM "Membership" t
    WHERE (t."roomId", t."state", t."id") > ($1::uuid, wanted.state::"MembershipState", ${after})
      AND (t."roomId", t."state", t."id") < ($1::uuid, wanted.state::"MembershipState", ${before})
      AND ($3::text[] IS NULL OR t."role"::text = ANY($3))
      AND ($4::text IS NULL OR (
        SELECT ${isCalledSql('account', '$4')} FROM "User" account
        WHERE account."id" = t."userId" LIMIT 1
      ))
    ${end}
  ) found`;

const all = [`'${lowestId}'::uuid`, `'${highestId}'::uuid`] as const;
const columns = columnsOf(Prisma.MembershipScalarFieldEnum, 't');

/** The order of the index on these columns, which no other index has. */
const ordered = (direction: string) => `ORDER BY t."roomId" ${direction}, t."state" ${direction}, t."id" ${direction}`;

const pageSql = (direction: 'ASC' | 'DESC') => `
  SELECT listed.* FROM (
    ${matching(columns, ['$5::uuid', '$6::uuid'], `${ordered(direction)} LIMIT $7::int`)}
  ) listed ORDER BY listed."id" ${direction} LIMIT $7::int`;

const texts = [membershipsSql(pageSql('ASC')), membershipsSql(pageSql('DESC'))] as const;
const countSql = `SELECT count(*)::int AS count FROM (${matching('t."id"', all, `${ordered('ASC')} OFFSET 0`)} LIMIT $5::int) counted`;

interface Search {
  args: Arguments;
  info: Selecting;
}

/**
 * Returns a page of the members of a room that match a filter, in the order in which they first joined or were banned. Throws
 * INVALID_INPUT, and FORBIDDEN for users in other states unless the viewer moderates the room.
 */
export async function searchMembers(context: Context, room: RoomRow, { args, info }: Search) {
  const { query, roles, states, ...page } = args;
  const wanted = [...new Set(states ?? (['JOINED'] as const))];
  const words = searchText(query, ['query']);
  if (wanted.some((state) => state !== 'JOINED')) await requireModerating(context, room);
  const filter = [room.id, wanted, roles ? [...new Set(roles)] : null, words && `%${likeText(foldText(words))}%`];
  const { isReadable, parts } = partsOfMemberPage(context, room, info);
  const load = async (stretch: Stretch): Promise<MembershipRow[]> => {
    if (room.isRedacted) return [];
    const { after, before, limit, inverted } = stretch;
    const name = inverted ? 'members that match, backwards' : 'members that match';
    const values = [...filter, after ?? lowestId, before ?? highestId, limit];
    const rows = await runMembershipsSql(context, { name, text: texts[inverted ? 1 : 0], values }, parts);
    await addMessagesOf(context, rows, parts);
    if (isReadable) for (const row of rows) row.room = room;
    return inOrder(rows, stretch);
  };
  return { ...(await connect(page, byMembershipId, load)), totalCount: () => count(context, room, filter) };
}

async function requireModerating(context: Context, room: RoomRow): Promise<void> {
  if (room.isRedacted || !(await viewerModerates(context, room.id))) {
    throw forbidden('Only owners and moderators of the room see users in states other than JOINED.', ['states']);
  }
}

async function count(context: Context, room: RoomRow, filter: readonly unknown[]): Promise<CappedCount> {
  if (room.isRedacted) return capped(0, membershipCountCap);
  const values = [...filter, membershipCountCap + 1];
  const [row] = await queryOf(context)<{ count: number }>('count members that match', countSql, values);
  return capped(row?.count ?? 0, membershipCountCap);
}
