import type { User } from '../generated/prisma/client.ts';
import type { OpenState } from '../live/shared-states.ts';
import { Throttle } from '../live/throttle.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { KnownUsers } from '../users/known-users.ts';
import { isHiding } from './room-presence.ts';
import type { PresenceStore } from './store.ts';
import { typingTopic } from './typing.ts';

/** All users who type in a room. */
export interface TypingUpdate {
  roomId: string;
  userIds: readonly string[];
}

interface Sources {
  presence: Pick<PresenceStore, 'present' | 'watch'>;
  knownUsers: Pick<KnownUsers, 'load' | 'watch'>;
}

/** The largest number of users in an update. */
export const maxTypists = 20;
/** How many typing users are read. Those who hide are left out, and there should still be `maxTypists` of the others. */
const readAtMost = 100;
/** The shortest time between two lists of a room. */
const usualFrameMs = 1000;

/** Opens the state of the users who type in a room. Each change is the whole list. */
export function typingState(
  { presence, knownUsers }: Sources,
  frameMs = usualFrameMs,
): OpenState<RoomEvent, TypingUpdate> {
  return async (roomId, publish) => {
    let now: TypingUpdate = { roomId, userIds: [] };
    let typists: readonly string[] = [];
    const read = async () => {
      typists = await typistsIn(presence, roomId);
      const userIds = shownTypists(await knownUsers.load(typists)).map(({ id }) => id);
      if (userIds.join() === now.userIds.join()) return;
      now = { roomId, userIds };
      publish(now);
    };
    const throttle = new Throttle(frameMs, read);
    const unwatch = await presence.watch(typingTopic(roomId), () => throttle.call());
    const unwatchUsers = knownUsers.watch((userId) => {
      if (!typists.includes(userId)) return;
      // A new object is rendered again. If the user hides now, new subscribers then get a list without the user.
      now = { ...now };
      throttle.call();
    });
    const close = () => {
      unwatch();
      unwatchUsers();
      throttle.close();
    };
    await throttle.begin().catch((error: unknown) => {
      close();
      throw error;
    });
    return { snapshot: () => [now], close };
  };
}

/** Returns the users who type in a room, including those who hide. */
export async function typistsIn(store: Pick<PresenceStore, 'present'>, roomId: string): Promise<readonly string[]> {
  return (await store.present(typingTopic(roomId), readAtMost)).userIds;
}

/** Returns at most 20 of the users who type, without those who hide, in a fixed order. */
export function shownTypists(users: readonly User[]): User[] {
  const shown = users.filter((user) => !isHiding(user));
  return shown.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, maxTypists);
}
