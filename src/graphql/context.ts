import { unauthenticated } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Bus } from '../bus/bus.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { AccessEnd } from '../live/ends.ts';
import { NotShareable } from '../live/rendering.ts';
import type { Query } from '../storage/pool.ts';
import type { Database } from '../storage/prisma.ts';
import { type Budget, newBudget } from './budget.ts';
import { Loaded } from './loaded.ts';

/**
 * The signed-in caller, with the credential that they hold. All operations of a connection share one object:
 * `renewConnection` changes its session and its end.
 */
export interface Viewer {
  userId: string;
  sessionId: string;
  /** When the access token ends, or the session if that is earlier; null if neither has an end. */
  expiresAt: Date | null;
  /** How long the access token is good in all; absent if this server did not sign it, and cannot renew it. */
  lifetimeMs?: number | undefined;
  /** Whether the user has the rights of an administrator. Kept current while something runs for the viewer. */
  isAdmin: boolean;
}

/** The caller, and the language of texts that the server writes for them. */
export interface Caller {
  /** Null for an anonymous caller. */
  viewer: Viewer | null;
  /** A BCP 47 tag. */
  language: string;
}

/**
 * Everything that lives as long as the process and that any resolver may use. The `open.ts` of each feature adds its own
 * services to this interface by declaration merging.
 */
export interface Services {
  prisma: PrismaClient;
  /** Reads by a prepared statement, outside of a snapshot. */
  query: Query;
  /** Carries messages between nodes. */
  bus: Bus;
  /** The longest silence on a live subscription. */
  heartbeatMs: number;
  /** Users whom one user can add to rooms within an hour. */
  additionsPerHour: number;
  /** Rooms that one user can create within an hour. */
  roomsPerHour: number;
  /** New conversations that one user can open within an hour. */
  conversationsPerHour: number;
  /** Bans and mutes of former members, and their ends, by one user within an hour. */
  formerMembersPerHour: number;
  /** Whether callers without an account may sign in by a name alone. */
  guestsAllowed: boolean;
  /**
   * Logs a fault after which a subscription is retried; at most one per second, because thousands may meet the same
   * fault.
   */
  noteFault: (error: unknown) => void;
}

/** What a resolver receives, the same for HTTP and WebSocket. Each operation has its own. */
export interface Context extends Readonly<Caller> {
  readonly services: Services;
  /** The database for reads: the operation's snapshot, if it asked for one. Writes go through `services.prisma`. */
  readonly db: Database;
  /** Whether all reads of this operation see the same moment. */
  readonly isSnapshot: boolean;
  /**
   * Whether rows are read together with what the operation selects of them. Results of subscriptions do without: their
   * events have rows already, and many readers share them.
   */
  readonly readsAhead: boolean;
  /** `Last-Event-ID` of an HTTP request: the cursor of the last event that the client received of this stream. */
  readonly lastEventId?: string | null;
  /** Returns whether a subscription must find its cursor unknown, because the client tests that; see CHAOS. */
  readonly losesCursor?: () => boolean;
  /** Returns whether the connection of the operation is closing; nothing more of the operation is executed then. */
  readonly isOver?: () => boolean;
  /**
   * Gives the connection of the operation another access token of the same user, and returns when it ends; null if it has
   * no end. Absent over HTTP, and for an operation that is signed in by a token of its own.
   */
  readonly renewConnection?: (token: string) => Promise<Date | null>;
  /**
   * Returns whether the reader is this user. Fields that are visible only to an author use this function, and read
   * nothing else of the viewer.
   */
  readonly readerIs: (userId: string | null) => boolean;
  /** The room that all readers of a shared result may read; absent in other contexts. */
  readonly admittedTo?: string;
  /**
   * Returns the event that ended the reader's access to a room; null while the access lasts. The reader sees no later
   * change.
   */
  readonly accessEnd?: (roomId: string) => AccessEnd | null;
  /**
   * The payloads of the mutations that were executed, by their key in the result: the operation may be resolved again, but
   * nothing is changed twice.
   */
  readonly payloads?: Map<string, Promise<object>>;
  /** What this operation has loaded or is loading (see loaders.ts). */
  readonly loaded: Loaded;
  /** How much of its budget this operation has used. */
  readonly budget: Budget;
}

/** Returns the context of one operation of a caller. */
export function newContext(services: Services, { viewer, language }: Caller): Context {
  return {
    services,
    db: services.prisma,
    isSnapshot: false,
    readsAhead: true,
    viewer,
    language,
    readerIs: (userId) => userId !== null && userId === viewer?.userId,
    loaded: new Loaded(),
    budget: newBudget(),
  };
}

/** Returns the same context for another operation or another result, with nothing loaded or used. */
export function renewed(context: Context, changes: Partial<Context> = {}): Context {
  return { ...context, ...changes, loaded: new Loaded(), budget: changes.budget ?? newBudget() };
}

/** Returns the same context for one result of a subscription. */
export function renewedForResult(context: Context, changes: Partial<Context> = {}): Context {
  return renewed(context, { ...changes, readsAhead: false, budget: newBudget(limits.resultTextBytes) });
}

interface SharedReading {
  services: Services;
  language: string;
  /** The room that all readers may read; null if they have no room in common. */
  roomId: string | null;
  /** The one of `authors` who reads this result; null if the result is for all other readers. */
  author: string | null;
  /** The users who get results of their own. A resolver may call `readerIs` for these users only. */
  authors: ReadonlySet<string>;
  /** Called when the result depends on its reader in another way, even if a resolver catches the error. */
  onAsked: () => void;
}

/** Returns the context of a result that many readers share. Its viewer cannot be read: that throws NotShareable. */
export function sharedContext(reading: SharedReading): Context {
  const { services, language, roomId, author, authors, onAsked } = reading;
  const refuse = () => {
    onAsked();
    throw new NotShareable('A shared execution asked for the viewer');
  };
  return {
    services,
    db: services.prisma,
    isSnapshot: false,
    readsAhead: false,
    get viewer(): Viewer {
      return refuse();
    },
    language,
    loaded: new Loaded(),
    budget: newBudget(limits.resultTextBytes),
    readerIs: (userId) => {
      if (userId === null) return false;
      return authors.has(userId) ? userId === author : refuse();
    },
    ...(roomId !== null && { admittedTo: roomId }),
  };
}

/** Returns the viewer. Throws UNAUTHENTICATED for an anonymous caller. */
export function requireViewer({ viewer }: Pick<Context, 'viewer'>): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}
