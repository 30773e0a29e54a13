import { membershipColumns, membershipDates, roomRows, roomsWithCountersSql } from '../access/rooms-of-viewers.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import type { MembershipRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import { readStateOf, unreadSql } from '../reading/unread.ts';
import { columnsOf } from '../storage/columns.ts';
import { byId, type JsonRows, jsonTable, parametersAfter } from '../storage/json-rows.ts';
import { type PageSource, pagesSql, pageValues, type Stretch } from '../storage/pages.ts';
import type { Statement } from '../storage/transaction-query.ts';
import { userRows } from '../users/rows.ts';

/** What is read together with memberships. */
export interface MembershipParts {
  users: boolean;
  rooms: boolean;
  /** How far the viewer has read, for the viewer's own memberships. */
  readStates: boolean;
  /** The number of the first unread message, with the read state. */
  firstUnread: boolean;
}

const joined = { state: "'JOINED'" };
const page = {
  table: 'Membership',
  columns: columnsOf(Prisma.MembershipScalarFieldEnum, 't'),
  keyType: 'uuid',
  hasIndexOfKey: true,
} as const;

/** Memberships of members, by the property that names their parent; ordered by id, which is the order of creation. */
const sources = {
  roomId: { ...page, leading: { roomId: 'parent.id', ...joined }, key: 'id' },
  userId: { ...page, leading: { userId: 'parent.id', ...joined }, key: 'id' },
} satisfies Record<string, PageSource>;

/** A membership as it is read. Only a read state that was asked for is there. */
type Found = MembershipRow & { activeAt?: Date; unread: number | null; firstUnreadSequence: number | null };

const columns = [...membershipColumns, 'unread', 'firstUnreadSequence'] as const;
const foundRows = jsonTable<Found>(columns, membershipDates);
const activeRows = jsonTable<Found>([...columns, 'activeAt'], [...membershipDates, 'activeAt']);

/**
 * Returns a statement that reads memberships with their parts. `source`: a query with all columns of `Membership`. Five
 * values follow those of the source, the viewer and which parts to read. One text for all parts: see
 * messages/read-messages.ts.
 */
export function membershipsSql(source: string, memberships = foundRows): string {
  const [viewer, withUsers, withRooms, withReadStates, withFirst] = parametersAfter(source, 5);
  const users = `
    SELECT ${columnsOf(Prisma.UserScalarFieldEnum, 'u')} FROM "User" u
    WHERE u."id" = ANY(ARRAY(SELECT found."userId" FROM found WHERE ${withUsers}::boolean))`;
  const rooms = `
    ${roomsWithCountersSql}
    WHERE r."id" = ANY(ARRAY(SELECT found."roomId" FROM found WHERE ${withRooms}::boolean))`;
  const unread = unreadSql({
    withFirst: `${withFirst}::boolean`,
    condition: `${withReadStates}::boolean AND membership."userId" = ${viewer}::uuid`,
  });
  const found = `SELECT membership.*, state.* FROM found membership LEFT JOIN LATERAL (${unread}) state ON TRUE`;
  return `
    WITH found AS MATERIALIZED (${source})
    SELECT ${memberships.sql(found)} AS memberships, ${userRows.sql(users)} AS users, ${roomRows.sql(rooms)} AS rooms`;
}

/** Like `membershipsSql`, for a source that has also the column `activeAt`. */
export const activeMembershipsSql = (source: string) => membershipsSql(source, activeRows);

const pageSql = (source: PageSource, inverted: boolean) => membershipsSql(pagesSql(source, inverted));
const statements = {
  roomId: [pageSql(sources.roomId, false), pageSql(sources.roomId, true)],
  userId: [pageSql(sources.userId, false), pageSql(sources.userId, true)],
} as const;

interface Answer extends Record<string, unknown> {
  memberships: JsonRows;
  users: JsonRows;
  rooms: JsonRows;
}

interface Wanted {
  parent: keyof typeof sources;
  parentIds: readonly string[];
  stretch: Stretch;
  parts: MembershipParts;
}

/** Reads a page of members of each parent, with their parts, in one statement and in the order of the page. */
export async function readMemberships(context: Context, wanted: Wanted): Promise<MembershipRow[]> {
  const { parent, parentIds, stretch, parts } = wanted;
  const name = `page of memberships by ${parent}${stretch.inverted ? ', backwards' : ''}`;
  const text = statements[parent][stretch.inverted ? 1 : 0];
  const values = pageValues(sources[parent], parentIds, stretch);
  return inOrder(await runMembershipsSql(context, { name, text, values }, parts), stretch);
}

/** Runs a statement of `membershipsSql`, for the values of its source. Returns the memberships in any order. */
export async function runMembershipsSql<Row extends MembershipRow = MembershipRow>(
  context: Context,
  { name, text, values }: Statement,
  { users, rooms, readStates, firstUnread }: MembershipParts,
): Promise<Row[]> {
  const viewer = readStates ? (context.viewer?.userId ?? null) : null;
  const all = [...values, viewer, users, rooms, readStates, firstUnread];
  const [answer] = await queryOf(context)<Answer>(name, text, all);
  return assembled(answer as Answer, context) as Row[];
}

function assembled(answer: Answer, { readsAhead, readerIs }: Context): MembershipRow[] {
  const found = (answer.memberships.length > columns.length ? activeRows : foundRows).rows(answer.memberships);
  if (!readsAhead) return found;
  const users = byId(userRows.rows(answer.users));
  const rooms = byId(roomRows.rows(answer.rooms));
  for (const membership of found) {
    membership.isCurrent = true;
    membership.user = users.get(membership.userId);
    membership.room = rooms.get(membership.roomId);
    if (membership.unread !== null) membership.readState = readStateOf(membership);
    if (membership.room && readerIs(membership.userId)) membership.room.viewerMembership = membership;
  }
  return found;
}

/** Returns memberships in the order of their ids, or in the opposite order for a page from the end. */
export function inOrder(rows: MembershipRow[], { inverted }: Stretch): MembershipRow[] {
  const direction = inverted ? -1 : 1;
  return rows.sort(({ id: one }, { id: other }) => (one < other ? -direction : direction));
}
