import { openAccess } from './access/open.ts';
import { Closing } from './base/closing.ts';
import { limits } from './base/limits.ts';
import { openMetrics } from './base/metrics.ts';
import type { AppOptions, Opening } from './base/opening.ts';
import { throttledWarning } from './base/throttled-warning.ts';
import type { Bus } from './bus/bus.ts';
import { openBus } from './bus/open.ts';
import type { Config } from './config.ts';
import { SnapshotTurns } from './execution/snapshot-turns.ts';
import type { Services } from './graphql/context.ts';
import type { Audiences } from './live/audiences.ts';
import type { RoomEvent } from './log/events/kinds.ts';
import { openLog } from './log/open.ts';
import { openMessages } from './messages/open.ts';
import { openModeration } from './moderation/open.ts';
import { openNotifications } from './notifications/open.ts';
import { openPresence } from './presence/open.ts';
import { openReading } from './reading/open.ts';
import { createDefaultRooms } from './rooms/create-default-rooms.ts';
import { openRooms } from './rooms/open.ts';
import { schema } from './schema.ts';
import { contextsWith } from './sessions/context-for.ts';
import { openSessions } from './sessions/open.ts';
import { openAudiences } from './sharing/open.ts';
import { type OpenedStorage, openStorage } from './storage/open.ts';
import { poolSizes } from './storage/pool-sizes.ts';
import { requireFreePort } from './transport/listen.ts';
import { readinessOf } from './transport/readiness.ts';
import { serve } from './transport/serve.ts';
import { openUsers } from './users/open.ts';

export interface App {
  /** The address of GraphQL, such as `http://127.0.0.1:4000/graphql`. */
  url: string;
  services: Services;
  audiences: Audiences<RoomEvent>;
  /** Stops serving and closes every part, in the reverse order of opening. */
  close(): Promise<void>;
}

/** Opens every part of a running server, in order. If one fails, it closes those that are open and rejects. */
export async function openApp(config: Config, options: AppOptions): Promise<App> {
  const closing = new Closing(options.log);
  try {
    return await openParts(openingOf(config, options, closing), closing);
  } catch (error) {
    // A failure to close has been logged; the first error says why the server could not start.
    await closing.run().catch(() => {});
    throw error;
  }
}

function openingOf(config: Config, options: AppOptions, closing: Closing): Opening {
  const { heartbeatMs = 20_000 } = options;
  return { ...options, heartbeatMs, config, metrics: openMetrics(), onClose: (close) => closing.add(close) };
}

async function openParts(opening: Opening, closing: Closing): Promise<App> {
  await requireFreePort(opening.config);
  const storage = await openStorage(opening);
  await createDefaultRooms(storage.prisma);
  const { bus, health } = openBus(opening);
  const audiences = openAudiences(opening);
  const services = await openServices(opening, { storage, bus });
  const contextFor = contextsWith(services);
  const url = await serve(opening, { schema, contextFor, readiness: readinessOf(storage, health), audiences });
  return { url, services, audiences, close: () => closing.run() };
}

/** Opens the services of every feature. The storage and the bus must be open. */
export async function openServices(
  opening: Opening,
  { storage, bus }: { storage: OpenedStorage; bus: Bus },
): Promise<Services> {
  const { config, heartbeatMs, log: logger } = opening;
  const log = openLog(opening, { bus, storage });
  const access = openAccess(opening, storage);
  const users = await openUsers(opening, { bus, storage });
  const sessions = await openSessions(opening, { bus, storage, users });
  const presence = openPresence(opening, { bus, storage, log, access, users });
  const reading = openReading(opening, { bus, storage, log, access, users });
  const notifications = openNotifications(opening, { bus, storage, log, presence });
  return {
    prisma: storage.prisma,
    snapshotTurns: new SnapshotTurns(poolSizes(config.databasePool).prisma),
    query: storage.pool.queryLists,
    bus,
    heartbeatMs,
    additionsPerHour: opening.additionsPerHour ?? limits.additionsPerHour,
    roomsPerHour: opening.roomsPerHour ?? limits.roomsPerHour,
    conversationsPerHour: opening.conversationsPerHour ?? limits.conversationsPerHour,
    formerMembersPerHour: opening.formerMembersPerHour ?? limits.formerMembersPerHour,
    guestsAllowed: config.guestsAllowed,
    noteFault: throttledWarning(logger, { message: 'a subscription is retried', everyMs: 1000 }),
    log,
    access,
    users,
    sessions,
    presence,
    reading,
    messages: openMessages(storage),
    ...openRooms(opening, { log, storage }),
    ...openModeration(opening, { log, storage }),
    notifications,
  };
}
