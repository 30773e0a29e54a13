import { viewerMemberships } from '../access/membership.ts';
import { membershipRows, roomRows, roomsWithCountersSql } from '../access/rooms-of-viewers.ts';
import { isPublic, mayRead, publicKinds } from '../access/standing.ts';
import { likeText, searchText } from '../base/text.ts';
import { Prisma, type Room, type RoomKind } from '../generated/prisma/client.ts';
import type { CursorKey } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import type { RoomRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import { perSelection, type Selecting } from '../graphql/selection.ts';
import { addLatestMessages } from '../messages/of-rooms.ts';
import { partsOf } from '../messages/parts.ts';
import { columnsOf } from '../storage/columns.ts';
import { byId, type JsonRows } from '../storage/json-rows.ts';
import type { Stretch } from '../storage/pages.ts';
import type { Database } from '../storage/prisma.ts';
import { userRows } from '../users/rows.ts';
import { slugPattern } from './slug.ts';

interface DirectoryFilter {
  kinds?: readonly RoomKind[] | null;
  query?: string | null;
  includeArchived: boolean;
}

/** The directory is ordered by slug: every public room has one, and it is unique and never changes. */
export const bySlug: CursorKey<Room> = { name: 'room', of: (room) => room.slug ?? '', pattern: slugPattern };

/** Returns the id of the room with this slug; null if there is none. */
export async function findBySlug(db: Database, slug: string): Promise<string | null> {
  if (!slugPattern.test(slug)) return null;
  return (await db.room.findUnique({ where: { slug }, select: { id: true } }))?.id ?? null;
}

/**
 * Returns a statement for a page of rooms: $1 kinds, $2 a pattern or null, $3 after, $4 limit, $5 the viewer, $6 whether to
 * read the users who created them, $7 whether to list archived rooms too, and if it is `bounded`, $8 before.
 */
function statementOf(direction: 'ASC' | 'DESC', bounded: boolean): string {
  const found = `
    SELECT t."id" FROM "Room" t
    WHERE t."slug" > $3 ${bounded ? 'AND t."slug" < $8' : ''}
      AND ($7::boolean OR t."archivedAt" IS NULL) AND t."kind" = ANY($1::text[]::"RoomKind"[])
      AND ($2::text IS NULL OR t."name" ILIKE $2 OR t."slug" ILIKE $2 OR t."topic" ILIKE $2)
    ORDER BY t."slug" ${direction} LIMIT $4`;
  // Without OFFSET, PostgreSQL could read all rooms in the order of the result, and drop those that are not found.
  const rooms = `${roomsWithCountersSql} WHERE r."id" = ANY(ARRAY(SELECT found."id" FROM found)) OFFSET 0`;
  const users = `
    SELECT ${columnsOf(Prisma.UserScalarFieldEnum, 'u')} FROM "User" u
    WHERE u."id" = ANY(ARRAY(
      SELECT r."createdById" FROM "Room" r WHERE r."id" = ANY(ARRAY(SELECT found."id" FROM found WHERE $6::boolean))))`;
  const memberships = `
    SELECT own.* FROM found CROSS JOIN LATERAL (
      SELECT ${columnsOf(Prisma.MembershipScalarFieldEnum, 't')} FROM "Membership" t
      WHERE t."roomId" = found."id" AND t."userId" = $5::uuid LIMIT 1
    ) own`;
  return `
    WITH found AS MATERIALIZED (${found})
    SELECT ${roomRows.sql(rooms, `ORDER BY row."slug" ${direction}`)} AS rooms, ${userRows.sql(users)} AS users,
      ${membershipRows.sql(memberships)} AS memberships`;
}

const statements = {
  ASC: { bounded: statementOf('ASC', true), open: statementOf('ASC', false) },
  DESC: { bounded: statementOf('DESC', true), open: statementOf('DESC', false) },
};

const partsOfRooms = perSelection(({ items }) => ({
  creators: items.has('createdBy'),
  latest: items.has('latestMessage') ? partsOf(items.below('latestMessage')) : null,
}));

interface Answer extends Record<string, unknown> {
  rooms: JsonRows;
  users: JsonRows;
  memberships: JsonRows;
}

interface Search {
  filter: DirectoryFilter;
  stretch: Stretch;
  info: Selecting;
}

/** Returns a page of the public rooms that match the filter; private `kinds` match nothing. Throws INVALID_INPUT. */
export async function searchRooms(context: Context, { filter, stretch, info }: Search): Promise<RoomRow[]> {
  const wanted = (filter.kinds ?? publicKinds).filter((kind) => isPublic({ kind }));
  const words = searchText(filter.query, ['query']);
  const { creators, latest } = partsOfRooms(info);
  const viewer = context.readsAhead ? (context.viewer?.userId ?? null) : null;
  const { after, before, limit, inverted } = stretch;
  const [direction, bound] = [inverted ? 'DESC' : 'ASC', before === null ? 'open' : 'bounded'] as const;
  const pattern = words && `%${likeText(words)}%`;
  const listed = [wanted, pattern, after ?? '', limit, viewer, creators, filter.includeArchived];
  const values = before === null ? listed : [...listed, before];
  const name = `rooms by slug, ${direction}, ${bound}`;
  const [answer] = await queryOf(context)<Answer>(name, statements[direction][bound], values);
  const rooms = roomRows.rows(answer?.rooms);
  if (context.readsAhead) addParts(rooms, answer as Answer, creators);
  if (context.readsAhead && latest) await addLatestMessages(context, rooms, latest);
  return Promise.all(rooms.map((room) => inDirectory(context, room)));
}

/**
 * Returns a public room as everybody may know it: a user who is banned may know that it exists, and sees nothing that is in it.
 */
export async function inDirectory(context: Context, room: RoomRow): Promise<RoomRow> {
  const { viewerMembership: known } = room;
  const own = known === undefined ? await viewerMemberships(context).load(room.id) : known;
  return mayRead(room, own) ? room : { ...room, isRedacted: true };
}

function addParts(rooms: readonly RoomRow[], answer: Answer, creators: boolean): void {
  const users = byId(userRows.rows(answer.users));
  const memberships = membershipRows.rows(answer.memberships);
  const own = new Map(memberships.map((membership) => [membership.roomId, { ...membership, isCurrent: true }]));
  for (const room of rooms) {
    room.viewerMembership = own.get(room.id) ?? null;
    if (creators) room.createdBy = room.createdById === null ? null : users.get(room.createdById);
  }
}
