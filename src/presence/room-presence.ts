import type { User } from '../generated/prisma/client.ts';
import type { Database } from '../storage/prisma.ts';
import type { PresenceStore } from './store.ts';

/** The users who are present in a room, without those who hide. */
export interface RoomPresence {
  count: number;
  /** All of them, or at most `namedAtMost`, in the order in which their accounts were created. */
  userIds: string[];
}

/** The most users of a room who are named; further users are only counted. */
export const namedAtMost = 500;

/**
 * The users of a crowd are only counted, and the hiding users among them are subtracted. This many hiding users of a
 * server are looked up at most. If there are more, the count includes some of them.
 */
const subtractedAtMost = 10_000;

interface Sources {
  presence: Pick<PresenceStore, 'present' | 'arePresent'>;
  db: Pick<Database, '$queryRaw'>;
}

/** Returns the users who are present in each of the rooms; one statement for all rooms, two if one of them is crowded. */
export async function roomPresences({ presence, db }: Sources, roomIds: readonly string[]): Promise<RoomPresence[]> {
  const rooms = await Promise.all(roomIds.map((roomId) => presence.present(roomId, namedAtMost)));
  const hiding = await findHiding(db, [...new Set(rooms.flatMap(({ userIds }) => userIds))]);
  const isCrowded = rooms.some(({ count, userIds }) => count > userIds.length);
  const allHiding = isCrowded ? await findAllHiding(db) : [];
  return Promise.all(
    rooms.map(async ({ count, userIds }, index) => {
      const shown = userIds.filter((userId) => !hiding.has(userId)).sort();
      if (count === userIds.length) return { count: shown.length, userIds: shown };
      const areHere = await presence.arePresent(roomIds[index] as string, allHiding);
      return { count: count - areHere.filter(Boolean).length, userIds: shown };
    }),
  );
}

/** Returns whether the user wants to appear offline. */
export function isHiding({ chosenStatus }: Pick<User, 'chosenStatus'>): boolean {
  return chosenStatus === 'OFFLINE';
}

async function findHiding(db: Sources['db'], among: string[]): Promise<ReadonlySet<string>> {
  if (among.length === 0) return new Set();
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "User" WHERE "chosenStatus" = 'OFFLINE' AND "id" = ANY(${among}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}

async function findAllHiding(db: Sources['db']): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "User" WHERE "chosenStatus" = 'OFFLINE' LIMIT ${subtractedAtMost}`;
  return rows.map(({ id }) => id);
}
