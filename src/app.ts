import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Context, Services } from './context.ts';
import { encodeEvents, type RoomEvent, roomTopic } from './events.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { type Bus, LocalBus } from './live/bus.ts';
import { packageRoot, packageVersion } from './package-root.ts';
import { foundDefaultRooms } from './rooms/found-default.ts';
import { schema } from './schema.ts';
import { serve } from './server/serve.ts';
import { authenticator, type Credentials } from './sessions/authenticate.ts';
import { keptSecret } from './sessions/secret.ts';
import { tokensSignedWith } from './sessions/tokens.ts';
import { startEmbeddedPostgres } from './storage/embedded-postgres.ts';
import { migrate } from './storage/migrate.ts';
import { openPrisma } from './storage/prisma.ts';
import { RoomStreams } from './timeline/streams.ts';

export interface App {
  /** Where GraphQL is, such as `http://127.0.0.1:4000/graphql`. */
  url: string;
  services: Services;
  /** Stops serving and gives everything back, in the reverse order of opening. */
  close(): Promise<void>;
}

interface AppOptions {
  log: Logger;
  /** Sees the text of every SQL statement that goes through Prisma. */
  onStatement?: (sql: string) => void;
}

const sessionsTopic = 'sessions';

/** Opens everything that a running server needs, in order; on a failure, what was opened is closed again. */
export async function openApp(config: Config, { log, onStatement }: AppOptions): Promise<App> {
  const opened: (() => unknown)[] = [];
  const close = async () => {
    for (let undo = opened.pop(); undo; undo = opened.pop()) await undo();
  };
  try {
    const { databaseUrl, isNew } = await openDatabase(config, { log, opened });
    const prisma = openPrisma(databaseUrl, onStatement);
    opened.push(() => prisma.$disconnect());
    if (isNew) await foundDefaultRooms(prisma);

    const bus = new LocalBus();
    opened.push(() => bus.close());
    const tokens = tokensSignedWith(config.jwtSecret ?? (await keptSecret(config.dataDir)));
    const services: Services = {
      prisma,
      publish: (events) => publishEvents(bus, events),
      streams: new RoomStreams(bus),
      signToken: tokens.sign,
      endSession: (sessionId) => bus.publish(sessionsTopic, sessionId),
      guestsAllowed: config.guestsAllowed,
      version: packageVersion,
    };

    const authenticate = authenticator(prisma, tokens);
    const contextFor = async (credentials: Credentials): Promise<Context> => ({
      services,
      db: prisma,
      ...(await authenticate(credentials)),
    });
    const serving = await serve({ config, schema, contextFor, readiness: () => readinessOf(prisma), log });
    opened.push(() => serving.close());
    opened.push(await bus.subscribe(sessionsTopic, (sessionId) => serving.endSession(sessionId)));
    return { url: serving.url, services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opening {
  log: Logger;
  opened: (() => unknown)[];
}

/** The database of the configuration, migrated; the embedded one where none was given. */
async function openDatabase(
  config: Config,
  { log, opened }: Opening,
): Promise<{ databaseUrl: string; isNew: boolean }> {
  const embedded = config.databaseUrl ? null : await startEmbeddedPostgres({ dataDir: config.dataDir, logger: log });
  if (embedded) opened.push(() => embedded.close());
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
  const applied = await migrate(databaseUrl, join(packageRoot, 'prisma', 'migrations'));
  if (applied.length > 0) log.info({ migrations: applied }, 'database migrated');
  return { databaseUrl, isNew: embedded !== null && applied.length > 0 };
}

function publishEvents(bus: Bus, events: readonly RoomEvent[]): void {
  const [first] = events;
  if (first) bus.publish(roomTopic(first.roomId), encodeEvents(events));
}

async function readinessOf(prisma: PrismaClient) {
  const isReady = await prisma.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  return { isReady, detail: { database: isReady ? 'ok' : 'does not answer' } };
}
