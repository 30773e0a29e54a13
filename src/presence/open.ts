import type { Opening } from '../base/opening.ts';
import type { Services } from '../graphql/context.ts';
import { type FollowRooms, roomStates } from '../log/room-states.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { Activity } from './activity.ts';
import { MemoryPresenceStore } from './memory-store.ts';
import { type PresenceUpdate, presenceState } from './presence-state.ts';
import { RedisPresenceStore } from './redis-store.ts';
import type { PresenceStore } from './store.ts';
import { PresenceTracker } from './tracker.ts';
import { Typing } from './typing.ts';
import { type TypingUpdate, typingState } from './typing-state.ts';

/** The users who are online, who are in rooms, and who type there. */
export interface Presence {
  /** The presence of users on all nodes. */
  store: PresenceStore;
  /** Counts the connections and subscriptions of users on this node. */
  tracker: PresenceTracker;
  /** Records when users were last active. */
  activity: Activity;
  typing: Typing;
  followTyping: FollowRooms<TypingUpdate>;
  followPresence: FollowRooms<PresenceUpdate>;
}

declare module '../graphql/context.ts' {
  interface Services {
    presence: Presence;
  }
}

type Needed = Pick<Services, 'bus' | 'log' | 'access' | 'users'> & { storage: Pick<OpenedStorage, 'pool' | 'prisma'> };

/** Opens the presence of users: over Redis if there are several nodes, else in memory. */
export function openPresence(opening: Opening, { bus, log: { watches }, access, users, storage }: Needed): Presence {
  const { config, log, metrics, onClose } = opening;
  const onError = (error: unknown) => log.error({ err: error }, 'a subscriber of presence failed');
  const url = config.redisUrl;
  const store = url
    ? new RedisPresenceStore({ url, bus, log, beatMs: opening.beatMs })
    : new MemoryPresenceStore(bus, onError);
  onClose(() => store.close());
  const tracker = new PresenceTracker(store, opening.graceMs);
  onClose(() => tracker.close());
  users.known.watch((userId) => tracker.announce(userId));
  const onlineHelp = 'Users who are connected to this node, or were a moment ago';
  metrics.gauge('parley_online_users', onlineHelp, () => tracker.onlineUsers);
  const activity = new Activity(storage.pool.write, log);
  onClose(() => activity.close());
  const typing = new Typing(store, watches, opening.typingMs);
  onClose(() => typing.close());

  const sources = { presence: store, knownUsers: users.known, prisma: storage.prisma };
  const rooms = { watches, standingOf: access.standingOf, onError };
  const openTyping = typingState(sources, opening.typingFrameMs);
  const openRoom = presenceState(sources, opening.presenceFrameMs);
  const followTyping = roomStates({ ...rooms, open: openTyping, openTo: 'members' });
  const followPresence = roomStates({ ...rooms, open: openRoom, openTo: 'readers' });
  return { store, tracker, activity, typing, followTyping, followPresence };
}
