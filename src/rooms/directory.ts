import { isPublic, publicKinds } from '../access/standing.ts';
import { likeText, searchText } from '../base/text.ts';
import { Prisma, type Room, type RoomKind } from '../generated/prisma/client.ts';
import type { CursorKey } from '../graphql/connections.ts';
import type { Stretch } from '../storage/pages.ts';
import type { Database } from '../storage/prisma.ts';
import { slugPattern } from './slug.ts';

interface DirectoryFilter {
  kinds?: readonly RoomKind[] | null;
  query?: string | null;
}

/** The directory is ordered by slug: every public room has one, and it is unique and never changes. */
export const bySlug: CursorKey<Room> = { name: 'room', of: (room) => room.slug ?? '', pattern: slugPattern };

/** Returns the id of the room with this slug; null if there is none. */
export async function findBySlug(db: Database, slug: string): Promise<string | null> {
  if (!slugPattern.test(slug)) return null;
  return (await db.room.findUnique({ where: { slug }, select: { id: true } }))?.id ?? null;
}

/** Returns a page of the public rooms that are not archived; private `kinds` match nothing. Throws INVALID_INPUT. */
export async function searchRooms(db: Database, { kinds, query }: DirectoryFilter, stretch: Stretch): Promise<Room[]> {
  const wanted = (kinds ?? publicKinds).filter((kind) => isPublic({ kind }));
  const words = searchText(query, ['query']);
  const contains = { contains: likeText(words ?? ''), mode: Prisma.QueryMode.insensitive };
  return db.room.findMany({
    where: {
      kind: { in: wanted },
      archivedAt: null,
      slug: { not: null, gt: stretch.after ?? undefined, lt: stretch.before ?? undefined },
      ...(words && { OR: [{ name: contains }, { slug: contains }, { topic: contains }] }),
    },
    orderBy: { slug: stretch.inverted ? 'desc' : 'asc' },
    take: stretch.limit,
  });
}
