import type { PrismaClient, User } from '../generated/prisma/client.ts';
import { byId } from '../storage/json-rows.ts';
import type { KnownUsers } from '../users/known-users.ts';
import { isHiding, namedAtMost, roomPresences } from './room-presence.ts';
import type { PresenceStore } from './store.ts';

/** The users who are present in a room at one moment, without those who hide. */
export interface Roster {
  users: ReadonlyMap<string, User>;
  count: number;
  /** Whether `users` are only some of them. */
  isCrowd: boolean;
}

export interface RosterSources {
  presence: Pick<PresenceStore, 'present' | 'arePresent' | 'watch'>;
  knownUsers: Pick<KnownUsers, 'load' | 'watch'>;
  prisma: Pick<PrismaClient, '$queryRaw'>;
}

/** The most users of a crowd who are named: no reader can follow all who enter and leave a crowd. */
const crowdNames = 50;

export const emptyRoster: Roster = { users: new Map(), count: 0, isCrowd: false };

export async function readRoster({ presence, knownUsers, prisma }: RosterSources, roomId: string): Promise<Roster> {
  const { count, userIds } = await presence.present(roomId, namedAtMost);
  if (count <= userIds.length) {
    const shown = (await knownUsers.load(userIds)).filter((user) => !isHiding(user));
    return { users: byId(shown), count: shown.length, isCrowd: false };
  }
  const [crowd] = await roomPresences({ presence, db: prisma }, [roomId]);
  const named = await knownUsers.load(crowd?.userIds.slice(0, crowdNames) ?? []);
  return { users: byId(named), count: crowd?.count ?? 0, isCrowd: true };
}

/** Returns the users who are new, look different or were `withheld` until now, and the ids of those who are gone. */
export function differenceOf(before: Roster, now: Roster, withheld: readonly string[]) {
  const isNews = (user: User) => withheld.includes(user.id) || !looksAlike(user, before.users.get(user.id));
  return {
    changed: [...now.users.values()].filter(isNews),
    wentOffline: [...before.users.keys()].filter((userId) => !now.users.has(userId)),
  };
}

function looksAlike(user: User, before: User | undefined): boolean {
  return before !== undefined && looks.every((look) => before[look] === user[look]);
}

const looks = ['chosenStatus', 'statusText', 'displayName', 'avatarUrl'] as const;
