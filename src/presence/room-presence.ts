import type { User } from '../generated/prisma/client.ts';
import type { Database } from '../storage/prisma.ts';
import type { PresenceStore } from './store.ts';

/** Who is in a room, without those who hide. */
export interface RoomPresence {
  count: number;
  /** All of them, or `namedAtMost` of many; in the order in which their accounts were made. */
  userIds: string[];
}

/** Users of a room who are known by name at a time; beyond, the others are only counted. */
export const namedAtMost = 500;

/** Users who hide that are known to a crowd's count; where there are more on a server, it counts some of them. */
const subtractedAtMost = 10_000;

interface Sources {
  presence: Pick<PresenceStore, 'present' | 'arePresent'>;
  db: Database;
}

/** Who is in each of the rooms; one statement for all of them, two if one of them is crowded. */
export async function roomPresences({ presence, db }: Sources, roomIds: readonly string[]): Promise<RoomPresence[]> {
  const found = await Promise.all(roomIds.map((roomId) => presence.present(roomId, namedAtMost)));
  const hidden = await findHidden(db, [...new Set(found.flatMap(({ userIds }) => userIds))]);
  const isCrowded = found.some(({ count, userIds }) => count > userIds.length);
  const allHidden = isCrowded ? await findAllHidden(db) : [];
  return Promise.all(
    found.map(async ({ count, userIds }, index) => {
      const seen = userIds.filter((userId) => !hidden.has(userId)).sort();
      if (count === userIds.length) return { count: seen.length, userIds: seen };
      const areHere = await presence.arePresent(roomIds[index] as string, allHidden);
      return { count: count - areHere.filter(Boolean).length, userIds: seen };
    }),
  );
}

/** Whether the user wants to be taken for absent. */
export function isHiding({ chosenStatus }: Pick<User, 'chosenStatus'>): boolean {
  return chosenStatus === 'OFFLINE';
}

async function findHidden(db: Database, among: string[]): Promise<ReadonlySet<string>> {
  if (among.length === 0) return new Set();
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "User" WHERE "chosenStatus" = 'OFFLINE' AND "id" = ANY(${among}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}

async function findAllHidden(db: Database): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "User" WHERE "chosenStatus" = 'OFFLINE' LIMIT ${subtractedAtMost}`;
  return rows.map(({ id }) => id);
}
