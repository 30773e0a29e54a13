import { Paced } from '../live/paced.ts';
import type { OpenState } from '../timeline/room-hubs.ts';
import type { PresenceStore } from './store.ts';
import { typingPlace } from './typing.ts';

/** All who type in a room. */
export interface TypingNow {
  roomId: string;
  userIds: readonly string[];
}

/** Named at most; a crowd that types is a crowd. */
export const maxTypists = 20;
/** The list goes out at most so often. */
const frameMs = 1000;

/** Who types in a room, each time that changes. */
export function typingState(store: PresenceStore): OpenState<TypingNow> {
  return async (roomId, emit) => {
    const place = typingPlace(roomId);
    let now: TypingNow = { roomId, userIds: [] };
    const look = async () => {
      const userIds = await typistsIn(store, roomId);
      if (userIds.join() === now.userIds.join()) return;
      now = { roomId, userIds };
      emit(now);
    };
    const pace = new Paced(frameMs, look);
    const unwatch = await store.watch(place, () => pace.call());
    const close = () => {
      unwatch();
      pace.close();
    };
    await pace.begin().catch((error: unknown) => {
      close();
      throw error;
    });
    return { first: () => [now], close };
  };
}

/** Users who type in a room, in a fixed order. */
export async function typistsIn(store: PresenceStore, roomId: string): Promise<string[]> {
  const { userIds } = await store.present(typingPlace(roomId), maxTypists);
  return userIds.sort();
}
