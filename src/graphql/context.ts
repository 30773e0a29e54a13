import { unauthenticated } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Bus } from '../bus/bus.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { AccessEnd } from '../live/ends.ts';
import { NotShareable } from '../live/rendering.ts';
import type { Database } from '../storage/prisma.ts';
import { type Budget, newBudget } from './budget.ts';

/** The signed-in caller. */
export interface Viewer {
  userId: string;
  sessionId: string;
  /** When the session ends; null if it does not by itself. */
  expiresAt: Date | null;
}

/**
 * What lives as long as the process and every resolver may use. The `open.ts` of each feature adds its own services to
 * this interface by declaration merging.
 */
export interface Services {
  prisma: PrismaClient;
  /** Carries messages between nodes. */
  bus: Bus;
  /** The longest silence on a live subscription. */
  heartbeatMs: number;
  /** Whether callers without an account may sign in by a name alone. */
  guestsAllowed: boolean;
  /** Logs a fault after which a subscription is retried; not every one, as thousands may meet the same fault. */
  noteFault: (error: unknown) => void;
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
