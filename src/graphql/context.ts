import type { Access } from '../access/access.ts';
import { unauthenticated } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Bus } from '../bus/bus.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { AccessEnd } from '../live/ends.ts';
import type { Feeds } from '../live/feeds.ts';
import { NotShareable } from '../live/rendering.ts';
import type { RoomEvent, UserNews } from '../log/events.ts';
import type { RoomHubs } from '../log/room-hubs.ts';
import type { RoomWatches } from '../log/room-watch.ts';
import type { MessageWriter } from '../log/writer.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { NotifiedRoom, ViewerSnapshot } from '../notifications/pending.ts';
import type { Activity } from '../presence/activity.ts';
import type { PresenceNow } from '../presence/room-now.ts';
import type { TypingNow } from '../presence/room-typing.ts';
import type { PresenceStore } from '../presence/store.ts';
import type { PresenceTracker } from '../presence/tracker.ts';
import type { Typing } from '../presence/typing.ts';
import type { MoveReadPosition } from '../reading/read-positions.ts';
import type { ReadNow } from '../reading/room-reads.ts';
import type { UnreadSummary } from '../reading/unread.ts';
import type { RoomOf } from '../rooms/room-rows.ts';
import type { SessionEnds } from '../sessions/ends.ts';
import type { Database } from '../storage/prisma.ts';
import type { InTurns } from '../storage/turns.ts';
import type { KnownUsers } from '../users/known-users.ts';
import { type Budget, newBudget } from './budget.ts';

/** The signed-in caller. */
export interface Viewer {
  userId: string;
  sessionId: string;
  /** When the session ends; null if it does not by itself. */
  expiresAt: Date | null;
}

/** What lives as long as the process and every resolver may use. */
export interface Services {
  prisma: PrismaClient;
  /** Changes of one room go one after the other; those of others do not wait for them. */
  inTurns: InTurns;
  /** Announces committed events of rooms to every node; never throws, a lost one is found from the log. */
  publish: (events: readonly RoomEvent[]) => void;
  writer: MessageWriter;
  feeds: Feeds<RoomEvent>;
  /** How long a live reader may hear nothing. */
  heartbeatMs: number;
  access: Access;
  roomOf: RoomOf;
  moveReadPosition: MoveReadPosition;
  /** Who is where, over all nodes. */
  presence: PresenceStore;
  /** What keeps users in places by way of this node. */
  tracker: PresenceTracker;
  activity: Activity;
  typing: Typing;
  typingHubs: RoomHubs<TypingNow>;
  presenceHubs: RoomHubs<PresenceNow>;
  readsHubs: RoomHubs<ReadNow>;
  knownUsers: KnownUsers;
  /** Carries what passes between nodes. */
  bus: Bus;
  notifier: Notifier;
  /** What a user has not taken notice of yet. */
  snapshotOf: (userId: string) => Promise<ViewerSnapshot>;
  /** The rooms that a user is a member of. */
  notifiedRoomsOf: (userId: string) => Promise<NotifiedRoom[]>;
  /** Logs a fault after which a subscription is tried again; not each of a crowd's. */
  noteFault: (error: unknown) => void;
  /** What a user has unread, as committed when this is asked. */
  unreadOf: (userId: string) => Promise<UnreadSummary>;
  /** Tells all devices of a user what concerns them; never throws, and may be lost. */
  tellUser: (userId: string, news: UserNews) => void;
  /** What happens in rooms, for those whom it concerns without their reading them. */
  watches: RoomWatches;
  /** Has everybody look again at a user who has changed, on every node. */
  announceUser: (userId: string) => void;
  sessionEnds: SessionEnds;
  signToken: (claims: { userId: string; sessionId: string; expiresAt: Date }) => Promise<string>;
  /** Ends everything that runs under a session, on every node. */
  endSession: (sessionId: string) => void;
  guestsAllowed: boolean;
  /** Of Parley. */
  version: string;
}

/** What a resolver receives, the same for HTTP and WebSocket. One per operation. */
export interface Context {
  readonly services: Services;
  /** For reads; a snapshot where the operation asked for one. Writes go through `services.prisma`. */
  readonly db: Database;
  /** Whether all reads of this operation see the same moment. */
  readonly isSnapshot: boolean;
  /** Null for an anonymous caller. */
  readonly viewer: Viewer | null;
  /** BCP 47; of texts that the server makes for this reader. */
  readonly language: string;
  /** `Last-Event-ID` of an HTTP request: the cursor of the last event that the client got of the stream it asks for again. */
  readonly lastEventId?: string | null;
  /** Whether the connection that the operation came on is closing, so that nothing more of it is executed. */
  readonly isOver?: () => boolean;
  /** Whether whoever reads this is that user: what only an author sees asks so, and no more than that. */
  readonly readerIs: (userId: string | null) => boolean;
  /** The room that all readers of a shared result were admitted to; only there. */
  readonly admittedTo?: string;
  /** The end of the reader's access to a room, after which nothing of it is shown; null, or absent, while it lasts. */
  readonly accessEnd?: (roomId: string) => AccessEnd | null;
  /** What this operation has loaded, or is about to (see loaders.ts); shared with no other. */
  readonly loaded: Map<unknown, unknown>;
  /** What this operation has used up. */
  readonly budget: Budget;
}

/** The same context for another operation, or for another value of a subscription: nothing is loaded or used up yet. */
export function renewed(context: Context, changes: Partial<Context> = {}): Context {
  return { ...context, ...changes, loaded: new Map(), budget: changes.budget ?? newBudget() };
}

/** The same for the result of a subscription for one of its values. */
export function renewedForResult(context: Context, changes: Partial<Context> = {}): Context {
  return renewed(context, { ...changes, budget: newBudget(limits.resultTextBytes) });
}

interface Reading {
  services: Services;
  language: string;
  /** The room that all readers may read; null if they have none in common. */
  roomId: string | null;
  /** Who reads, if that is one of `authors`; null for everybody else. */
  author: string | null;
  /** Who gets a result of their own: of these, and of nobody else, it may be asked whether they are the reader. */
  authors: ReadonlySet<string>;
  /** Called when the result turns out to depend on its reader in another way, whatever becomes of the error. */
  onAsked: () => void;
}

/** The context of a result that many readers share. It has no viewer: asking for one throws, and the result is thrown away. */
export function sharedContext({ services, language, roomId, author, authors, onAsked }: Reading): Context {
  const refuse = () => {
    onAsked();
    throw new NotShareable('A shared result asked who reads it');
  };
  return {
    services,
    db: services.prisma,
    isSnapshot: false,
    get viewer(): Viewer {
      return refuse();
    },
    language,
    loaded: new Map(),
    budget: newBudget(limits.resultTextBytes),
    readerIs: (userId) => {
      if (userId === null) return false;
      return authors.has(userId) ? userId === author : refuse();
    },
    ...(roomId !== null && { admittedTo: roomId }),
  };
}

/** Throws UNAUTHENTICATED for an anonymous caller. */
export function requireViewer(context: Context): Viewer {
  if (!context.viewer) throw unauthenticated();
  return context.viewer;
}
