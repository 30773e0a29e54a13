import type { User } from '../generated/prisma/client.ts';
import type { OpenState } from '../live/shared-states.ts';
import { Throttle } from '../live/throttle.ts';
import type { RoomEvent } from '../log/events.ts';
import type { KnownUsers } from '../users/known-users.ts';
import { isHiding } from './room-presence.ts';
import type { PresenceStore } from './store.ts';
import { typingTopic } from './typing.ts';

/** All who type in a room. */
export interface TypingNow {
  roomId: string;
  userIds: readonly string[];
}

/** Named at most; a crowd that types is a crowd. */
export const maxTypists = 20;
/** Of so many it is looked up whether they hide, to name as many as that of the others. */
const lookedUpAtMost = 100;
/** The shortest time between two lists of a room. */
const usualFrameMs = 1000;

/** Who types in a room, each time that changes. */
interface Sources {
  presence: PresenceStore;
  knownUsers: KnownUsers;
}

export function typingState(
  { presence, knownUsers }: Sources,
  frameMs = usualFrameMs,
): OpenState<RoomEvent, TypingNow> {
  return async (roomId, publish) => {
    let now: TypingNow = { roomId, userIds: [] };
    let typists: readonly string[] = [];
    const look = async () => {
      typists = await typistsIn(presence, roomId);
      const userIds = shownTypists(await knownUsers.load(typists)).map(({ id }) => id);
      if (userIds.join() === now.userIds.join()) return;
      now = { roomId, userIds };
      publish(now);
    };
    const throttle = new Throttle(frameMs, look);
    const unwatch = await presence.watch(typingTopic(roomId), () => throttle.call());
    const unwatchUsers = knownUsers.watch((userId) => {
      if (!typists.includes(userId)) return;
      // Another object, so that it is rendered anew for newcomers: without the user, if they hide now.
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

/** Users who type in a room, those who hide included. */
export async function typistsIn(store: PresenceStore, roomId: string): Promise<readonly string[]> {
  return (await store.present(typingTopic(roomId), lookedUpAtMost)).userIds;
}

/** Of users who type, those who are named: at most 20 who do not hide, in a fixed order. */
export function shownTypists(users: readonly User[]): User[] {
  const shown = users.filter((user) => !isHiding(user));
  return shown.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, maxTypists);
}
