import { join } from 'node:path';
import type { Logger } from 'pino';
import { accessFrom } from './access/access.ts';
import { withDeadline } from './base/deadlines.ts';
import { faultNotes } from './base/fault-notes.ts';
import { parseWithDates } from './base/json-dates.ts';
import { openMetrics } from './base/metrics.ts';
import { packageRoot, packageVersion } from './base/package-root.ts';
import { type Bus, LocalBus } from './bus/bus.ts';
import { RedisBus } from './bus/redis-bus.ts';
import type { Config } from './config.ts';
import { newBudget } from './graphql/budget.ts';
import type { Context, Services } from './graphql/context.ts';
import { Audiences } from './live/audiences.ts';
import { Feeds } from './live/feeds.ts';
import { type RoomEvent, roomTopic, type UserNews, userTopic } from './log/events.ts';
import { RoomHubs } from './log/room-hubs.ts';
import { roomLogs } from './log/room-log-reader.ts';
import { RoomWatches } from './log/room-watch.ts';
import { MessageWriter } from './log/writer.ts';
import { Notifier } from './notifications/notifier.ts';
import { notifiedRoomsFrom, snapshotsFrom } from './notifications/pending.ts';
import { Activity } from './presence/activity.ts';
import { MemoryPresenceStore } from './presence/memory-store.ts';
import { RedisPresenceStore } from './presence/redis-store.ts';
import { presenceState } from './presence/room-now.ts';
import { typingState } from './presence/room-typing.ts';
import { PresenceTracker } from './presence/tracker.ts';
import { Typing } from './presence/typing.ts';
import { readPositionsIn } from './reading/read-positions.ts';
import { readsState } from './reading/room-reads.ts';
import { unreadFrom } from './reading/unread.ts';
import { foundDefaultRooms } from './rooms/found-default.ts';
import { roomsFrom } from './rooms/room-rows.ts';
import { schema } from './schema.ts';
import { authenticator, type Caller, type Credentials } from './sessions/authenticate.ts';
import { SessionEnds } from './sessions/ends.ts';
import { signingSecret } from './sessions/secret.ts';
import { tokensSignedWith } from './sessions/tokens.ts';
import { openDataDir } from './storage/data-dir.ts';
import { migrate } from './storage/migrate.ts';
import { openPool, type Pool, type Query, sharedOut } from './storage/pool.ts';
import { openPrisma, prismaPool } from './storage/prisma.ts';
import { databaseTroubles } from './storage/readiness.ts';
import { inTurns } from './storage/turns.ts';
import { requireUsable } from './storage/usable.ts';
import { serve } from './transport/serve.ts';
import { KnownUsers } from './users/known-users.ts';

export interface App {
  /** Where GraphQL is, such as `http://127.0.0.1:4000/graphql`. */
  url: string;
  services: Services;
  audiences: Audiences<RoomEvent>;
  /** Stops serving and gives everything back, in the reverse order of opening. */
  close(): Promise<void>;
}

interface AppOptions {
  log: Logger;
  /** Sees the text of every SQL statement that goes through Prisma. */
  onStatement?: (sql: string) => void;
  /** How long a live reader may hear nothing; 20 s. PROTOCOL.md "Heartbeats" promises 25 at most. */
  heartbeatMs?: number;
  /** How long users stay who have let go; 4 s, as PROTOCOL.md "Presence" promises. */
  graceMs?: number;
}

const sessionsTopic = 'sessions';
const usersTopic = 'users';

/** Opens everything that a running server needs, in order; on a failure, what was opened is closed again. */
export async function openApp(config: Config, options: AppOptions): Promise<App> {
  const opened: (() => unknown)[] = [];
  const close = () => closeAll(opened, options.log);
  try {
    const opening = { ...options, config, opened };
    const storage = await openStorage(opening);
    const live = await openLive(opening, storage);
    const access = accessFrom(storage.pool.query);
    const now = openNow(opening, { ...live.services, ...storage, access, query: storage.pool.query });
    const tokens = tokensSignedWith(await signingSecret({ config, prisma: storage.prisma, log: options.log }));
    const services: Services = {
      ...live.services,
      ...now,
      prisma: storage.prisma,
      inTurns: inTurns(storage.changesAtOnce),
      access,
      moveReadPosition: readPositionsIn(storage.pool.write),
      notifiedRoomsOf: notifiedRoomsFrom(storage.pool.query),
      snapshotOf: snapshotsFrom(storage.pool.query),
      noteFault: faultNotes(options.log),
      roomOf: roomsFrom(storage.pool.query),
      unreadOf: unreadFrom(storage.pool.query),
      signToken: tokens.sign,
      guestsAllowed: config.guestsAllowed,
      version: packageVersion,
    };
    const serving = await serve({
      ...live,
      config,
      schema,
      contextFor: contexts(services, authenticator(storage.pool, tokens)),
      readiness: readinessFrom(storage.findTroubles, () => (config.redisUrl ? live.redisDetail() : {})),
      log: options.log,
    });
    opened.push(() => serving.close());
    return { url: serving.url, services, audiences: live.audiences, close };
  } catch (error) {
    await close().catch(() => {}); // has been logged; why it could not open says more
    throw error;
  }
}

/** How long each step may take to give back what it has; requests that are under way have seven seconds of it. */
const closeMs = 12_000;

/**
 * Undoes the steps in reverse. One that fails or takes too long does not keep the others from it; it rejects then, once
 * all had their turn.
 */
async function closeAll(opened: (() => unknown)[], log: Logger): Promise<void> {
  let failed = 0;
  for (let undo = opened.pop(); undo; undo = opened.pop()) {
    const step = undo;
    await withDeadline(async () => step(), closeMs).catch((error) => {
      failed += 1;
      log.error({ err: error }, 'not closed properly');
    });
  }
  if (failed > 0) throw new Error(`${failed} parts could not be closed properly; the log has more.`);
}

interface Opening extends AppOptions {
  config: Config;
  /** What undoes each step, to be called in reverse. */
  opened: (() => unknown)[];
}

/** The database of the configuration, or the embedded one, migrated; and the ways to it. */
async function openStorage({ config, log, onStatement, opened }: Opening) {
  const embedded = config.databaseUrl ? null : await openDataDir(config.dataDir, log);
  if (embedded) opened.push(() => embedded.close());
  const databaseUrl = await requireUsable(config.databaseUrl ?? embedded?.url ?? '');
  const applied = await migrate(databaseUrl, join(packageRoot, 'prisma', 'migrations'));
  if (applied.length > 0) log.info({ migrations: applied }, 'database migrated');
  const sizes = sharedOut(config.databasePool);
  const ofPrisma = prismaPool(databaseUrl, sizes.prisma, log);
  const prisma = openPrisma(databaseUrl, { pool: ofPrisma, onStatement });
  opened.push(() => prisma.$disconnect());
  const pool = openPool(databaseUrl, { sizes, log, onStatement });
  opened.push(() => pool.close());
  await foundDefaultRooms(prisma);
  return {
    prisma,
    pool,
    changesAtOnce: Math.max(1, sizes.prisma - 1),
    findTroubles: databaseTroubles(pool, prisma, ofPrisma),
  };
}

/** What carries events from those who write them to those who read them. */
async function openLive({ config, log, opened, heartbeatMs = 20_000, graceMs }: Opening, { pool }: { pool: Pool }) {
  const bus = openBus(config, log);
  opened.push(() => bus.close());
  let isBusConnected = true;
  const audiences = new Audiences<RoomEvent>(heartbeatMs);
  opened.push(() => audiences.close());
  const metrics = openMetrics({
    feeds: () => feeds.size,
    audiences: () => audiences.size,
    subscribers: () => audiences.members,
    onlineUsers: () => presence.tracker.onlineUsers,
    busConnected: () => isBusConnected,
  });
  const presence = await openPresence({ config, log, opened, graceMs }, { bus, pool });
  const roomLog = roomLogs(pool.query, () => metrics.replayStatements.inc());
  const feeds = new Feeds<RoomEvent>({ bus, log: roomLog, logger: log, busTopic: roomTopic });
  opened.push(() => feeds.close());

  const sessionEnds = new SessionEnds(pool.query, log);
  opened.push(() => sessionEnds.close());
  bus.watch((isConnected) => {
    isBusConnected = isConnected;
    sessionEnds.busChanged(isConnected);
  });
  await bus.subscribe(sessionsTopic, (sessionId) => sessionEnds.end(sessionId));
  const endSession = (sessionId: string) => bus.publish(sessionsTopic, sessionId);

  const tellUser = (userId: string, news: UserNews) => bus.publish(userTopic(userId), news);
  const publish = (events: readonly RoomEvent[]) => {
    const [first] = events;
    if (!first) return;
    metrics.publications.inc();
    bus.publish(roomTopic(first.roomId), events);
    for (const event of events) if (event.type === 'MEMBERSHIP_CHANGED') tellUser(event.membership.userId, event);
  };
  const writer = new MessageWriter({ transaction: pool.transaction, writers: pool.writers, publish, log });
  opened.push(() => writer.close());
  const redisDetail = () => ({ redis: isBusConnected ? 'ok' : 'away, going on from the database' });
  return {
    audiences,
    metrics,
    redisDetail,
    services: { ...presence, bus, publish, tellUser, writer, feeds, heartbeatMs, sessionEnds, endSession },
  };
}

/** What knows who is online, and where. */
async function openPresence({ config, log, opened, graceMs }: Opening, { bus, pool }: { bus: Bus; pool: Pool }) {
  const url = config.redisUrl;
  const presence = url ? new RedisPresenceStore({ url, bus, log }) : new MemoryPresenceStore(bus);
  opened.push(() => presence.close());
  const tracker = new PresenceTracker(presence, graceMs);
  opened.push(() => tracker.close());
  const activity = new Activity(pool.write, log);
  opened.push(() => activity.close());
  const knownUsers = new KnownUsers(pool.query);
  await bus.subscribe(usersTopic, (userId) => {
    knownUsers.forget(userId);
    tracker.announce(userId);
  });
  bus.watch((isConnected) => {
    // Word of changes was lost meanwhile.
    if (isConnected) knownUsers.clear();
  });
  const announceUser = (userId: string) => bus.publish(usersTopic, userId);
  return { presence, tracker, activity, knownUsers, announceUser };
}

/** What tells of rooms that which is so right now. */
function openNow(
  { opened }: Opening,
  sources: Parameters<typeof presenceState>[0] & Pick<Services, 'feeds' | 'access' | 'bus'> & { query: Query },
) {
  const { feeds, presence, access, bus } = sources;
  const watches = new RoomWatches(feeds);
  const typing = new Typing(presence, watches);
  opened.push(() => typing.close());
  const typingHubs = new RoomHubs({ watches, access, open: typingState(sources), isForMembers: true });
  const presenceHubs = new RoomHubs({ watches, access, open: presenceState(sources) });
  const readsHubs = new RoomHubs({ watches, access, open: readsState(sources), isForMembers: true });
  const notifier = new Notifier({ watches, presence, bus });
  return { watches, typing, typingHubs, presenceHubs, readsHubs, notifier };
}

/** What connects this node to others: nothing, if there is no Redis. */
function openBus({ redisUrl }: Config, log: Logger): Bus {
  if (!redisUrl) return new LocalBus((error) => log.error({ err: error }, 'a listener of the bus failed'));
  return new RedisBus({ url: redisUrl, encode: JSON.stringify, decode: parseWithDates, log });
}

/** What makes the context of an operation out of what a caller brought along. */
function contexts(services: Services, authenticate: (credentials: Credentials) => Promise<Caller>) {
  return async (credentials: Credentials): Promise<Context> => {
    const caller = await authenticate(credentials);
    const readerIs = (userId: string | null) => userId !== null && userId === caller.viewer?.userId;
    return {
      services,
      db: services.prisma,
      isSnapshot: false,
      readerIs,
      loaded: new Map(),
      budget: newBudget(),
      ...caller,
    };
  };
}

/** What `/readyz` says. Without Redis a node is ready: it goes on from the database. */
function readinessFrom(findTroubles: () => Promise<string | null>, othersNow: () => Record<string, string>) {
  return async () => {
    const troubles = await findTroubles();
    return { isReady: troubles === null, detail: { database: troubles ?? 'ok', ...othersNow() } };
  };
}
