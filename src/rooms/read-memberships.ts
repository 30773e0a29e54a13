import { membershipDates, roomsWithCountersSql } from '../access/rooms-of-viewers.ts';
import { type Membership, Prisma, type User } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import type { MembershipRow, RoomRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import { readStateOf, type UnreadRow, unreadRowsSql } from '../reading/unread.ts';
import { columnsOf } from '../storage/columns.ts';
import { byId, jsonRows, parametersAfter, withDates } from '../storage/json-rows.ts';
import { type PageSource, pagesSql, pageValues, type Stretch } from '../storage/pages.ts';
import type { Statement } from '../storage/transaction-query.ts';

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

/**
 * Returns a statement that reads memberships with their parts. `source`: a query with all columns of `Membership`. Five
 * values follow those of the source, the viewer and which parts to read. One text for all parts: see
 * messages/read-messages.ts.
 */
export function membershipsSql(source: string): string {
  const [viewer, withUsers, withRooms, withReadStates, withFirst] = parametersAfter(source, 5);
  const users = `
    SELECT ${columnsOf(Prisma.UserScalarFieldEnum, 'u')} FROM "User" u
    WHERE u."id" = ANY(ARRAY(SELECT found."userId" FROM found WHERE ${withUsers}::boolean))`;
  const rooms = `
    ${roomsWithCountersSql}
    WHERE r."id" = ANY(ARRAY(SELECT found."roomId" FROM found WHERE ${withRooms}::boolean))`;
  const own = `SELECT * FROM found WHERE ${withReadStates}::boolean AND found."userId" = ${viewer}::uuid`;
  return `
    WITH found AS MATERIALIZED (${source})
    SELECT ${jsonRows('SELECT * FROM found')} AS memberships, ${jsonRows(users)} AS users,
      ${jsonRows(rooms)} AS rooms, ${jsonRows(unreadRowsSql(own, `${withFirst}::boolean`))} AS unread`;
}

const pageSql = (source: PageSource, inverted: boolean) => membershipsSql(pagesSql(source, inverted));
const statements = {
  roomId: [pageSql(sources.roomId, false), pageSql(sources.roomId, true)],
  userId: [pageSql(sources.userId, false), pageSql(sources.userId, true)],
} as const;

interface Answer extends Record<string, unknown> {
  memberships: (Membership & { activeAt?: Date })[] | null;
  users: User[] | null;
  rooms: RoomRow[] | null;
  unread: UnreadRow[] | null;
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
  const users = byId(withDates(answer.users, ['createdAt', 'lastActiveAt']));
  const rooms = byId(withDates(answer.rooms, ['createdAt', 'archivedAt']));
  const memberships: MembershipRow[] = withDates(answer.memberships, [...membershipDates, 'activeAt']);
  if (!readsAhead) return memberships;
  const unread = byId(answer.unread ?? []);
  for (const membership of memberships) {
    const row = unread.get(membership.id);
    membership.isCurrent = true;
    membership.user = users.get(membership.userId);
    membership.room = rooms.get(membership.roomId);
    if (row) membership.readState = readStateOf(row);
    if (membership.room && readerIs(membership.userId)) membership.room.viewerMembership = membership;
  }
  return memberships;
}

/** Returns memberships in the order of their ids, or in the opposite order for a page from the end. */
export function inOrder(rows: MembershipRow[], { inverted }: Stretch): MembershipRow[] {
  const direction = inverted ? -1 : 1;
  return rows.sort(({ id: one }, { id: other }) => (one < other ? -direction : direction));
}
