import type { Opening } from '../base/opening.ts';
import type { Bus } from '../bus/bus.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { keepNamesFolded } from './fold-names.ts';
import { KnownUsers } from './known-users.ts';

/** Users as all nodes know them. */
export interface Users {
  known: KnownUsers;
  /** Announces to every node that a user has changed. */
  announce: (userId: string) => void;
}

declare module '../graphql/context.ts' {
  interface Services {
    users: Users;
  }
}

/** Bus topic of users who have changed. */
const usersTopic = 'users';

/** Opens the cache of users, which every announcement of a change keeps current. Begins to fold names that are not. */
export async function openUsers(
  { log, onClose }: Opening,
  { bus, storage }: { bus: Bus; storage: Pick<OpenedStorage, 'pool' | 'prisma'> },
): Promise<Users> {
  const onError = (error: unknown) => log.error({ err: error }, 'a watcher of users failed');
  const known = new KnownUsers(storage.pool.query, onError);
  await bus.subscribe(usersTopic, (userId: string) => known.forget(userId));
  bus.watch((isConnected) => {
    // Announcements were lost while the bus was away.
    if (isConnected) known.clear();
  });
  onClose(keepNamesFolded(storage.prisma, log));
  return { known, announce: (userId) => bus.publish(usersTopic, userId) };
}
