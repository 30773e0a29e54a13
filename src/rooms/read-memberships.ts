import { membershipColumns, membershipDates, roomDates } from '../access/rooms-of-viewers.ts';
import { Prisma, type Room } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import type { MembershipRow, RoomRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import { readStateOf, type UnreadRow, unreadColumns } from '../reading/unread.ts';
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

/** A membership as it is read, with what was asked for of its read state and of the counters of its room. */
type Found = MembershipRow & { memberCount: number; lastSequence: number } & Pick<
    UnreadRow,
    'unread' | 'firstUnreadSequence'
  >;

const columns = [...membershipColumns, 'memberCount', 'lastSequence', 'unread', 'firstUnreadSequence'] as const;
/** Rooms as JSON, without counters: these are in the rows of the memberships. */
const roomRows = jsonTable<Room>(Object.values(Prisma.RoomScalarFieldEnum), roomDates);
const foundRows = jsonTable<Found>(columns, membershipDates);
const activeRows = jsonTable<Found & { activeAt: Date }>([...columns, 'activeAt'], {
  ...membershipDates,
  activeAt: true,
});

/**
 * Returns a statement that reads memberships with their parts. `source`: a query with all columns of `Membership`. Five
 * values follow those of the source, the viewer and which parts to read. One text for all parts: see
 * messages/read-messages.ts.
 */
export function membershipsSql(source: string, memberships: Pick<typeof foundRows, 'sql'> = foundRows): string {
  const [viewer, withUsers, withRooms, withReadStates, withFirst] = parametersAfter(source, 5);
  const users = `
    SELECT ${columnsOf(Prisma.UserScalarFieldEnum, 'u')} FROM "User" u
    WHERE u."id" = ANY(ARRAY(SELECT found."userId" FROM found WHERE ${withUsers}::boolean))`;
  const rooms = `
    SELECT ${columnsOf(Prisma.RoomScalarFieldEnum, 'r')} FROM "Room" r
    WHERE r."id" = ANY(ARRAY(SELECT found."roomId" FROM found WHERE ${withRooms}::boolean))`;
  const unread = unreadColumns({
    withFirst: `${withFirst}::boolean`,
    condition: `${withReadStates}::boolean AND membership."userId" = ${viewer}::uuid`,
  });
  const found = `
    SELECT membership.*, head.*, ${unread} FROM found membership LEFT JOIN LATERAL (
      SELECT counters."memberCount", counters."lastSequence" FROM "RoomHead" counters
      WHERE counters."roomId" = membership."roomId" AND (${withRooms}::boolean OR ${withReadStates}::boolean) LIMIT 1
    ) head ON TRUE`;
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
  const rooms = byId<RoomRow>(roomRows.rows(answer.rooms));
  for (const membership of found) {
    const { userId, roomId, memberCount, lastSequence } = membership;
    const room = rooms.get(roomId);
    if (room) {
      room.memberCount = memberCount;
      room.lastSequence = lastSequence;
      if (readerIs(userId)) room.viewerMembership = membership;
    }
    membership.isCurrent = true;
    membership.user = users.get(userId);
    membership.room = room;
    if (membership.unread !== null) membership.readState = readStateOf(membership);
  }
  return found;
}

/** Returns memberships in the order of their ids, or in the opposite order for a page from the end. */
export function inOrder(rows: MembershipRow[], { inverted }: Stretch): MembershipRow[] {
  const direction = inverted ? -1 : 1;
  return rows.sort(({ id: one }, { id: other }) => (one < other ? -direction : direction));
}
