import { unauthenticated } from './errors.ts';
import type { RoomEvent } from './events.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Database } from './storage/prisma.ts';
import type { RoomStreams } from './timeline/streams.ts';

/** The signed-in caller. */
export interface Viewer {
  userId: string;
  sessionId: string;
}

/** What lives as long as the process and every resolver may use. */
export interface Services {
  prisma: PrismaClient;
  /** Announces committed events of rooms to every node; never throws, a lost one is found from the log. */
  publish: (events: readonly RoomEvent[]) => void;
  streams: RoomStreams;
  signToken: (claims: { userId: string; sessionId: string; expiresAt: Date }) => Promise<string>;
  /** Ends everything that runs under a session, on every node. */
  endSession: (sessionId: string) => void;
  guestsAllowed: boolean;
  /** Of Parley. */
  version: string;
}

/** What a resolver receives, the same for HTTP and WebSocket. One per operation; loaders are keyed by it. */
export interface Context {
  readonly services: Services;
  /** For reads; a snapshot where the operation asked for one. Writes go through `services.prisma`. */
  readonly db: Database;
  /** Null for an anonymous caller. */
  readonly viewer: Viewer | null;
  /** BCP 47; of texts that the server makes for this reader. */
  readonly language: string;
}

/** Throws UNAUTHENTICATED for an anonymous caller. */
export function requireViewer(context: Context): Viewer {
  if (!context.viewer) throw unauthenticated();
  return context.viewer;
}
