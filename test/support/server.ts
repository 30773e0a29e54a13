import { pino } from 'pino';
import { type App, openApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { innerId } from '../../src/ids.ts';
import { foundDefaultRooms } from '../../src/rooms/found-default.ts';
import { freshDatabase } from './database.ts';
import { until } from './until.ts';

export interface TestServer {
  app: App;
  url: string;
  /** SQL statements since the start, as Prisma sent them. */
  statements: string[];
  databaseUrl: string;
  /** Resolves once `count` subscriptions follow the room; takes its global id. */
  untilFollowed(roomId: string, count?: number): Promise<void>;
  /** Resolves once nobody follows the room any more. */
  untilDeserted(roomId: string): Promise<void>;
  close(): Promise<void>;
}

/** A server of its own, on a free port and an empty migrated database with the default rooms. */
export async function startServer(options: Partial<Config> = {}): Promise<TestServer> {
  const database = options.databaseUrl ? null : await freshDatabase();
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const statements: string[] = [];
  const app = await openApp(
    { ...readConfig({}), port: 0, databaseUrl, jwtSecret: 'a secret of at least 32 characters', ...options },
    { log: pino({ level: 'error' }), onStatement: (sql) => statements.push(sql) },
  );
  if (database) await foundDefaultRooms(app.services.prisma);
  const followers = (roomId: string) => app.services.feeds.holders(innerId('Room', roomId));
  return {
    app,
    url: app.url,
    statements,
    databaseUrl,
    untilFollowed: (roomId, count = 1) => until(() => followers(roomId) >= count),
    untilDeserted: (roomId) => until(() => followers(roomId) === 0),
    close: async () => {
      await app.close();
      await database?.drop();
    },
  };
}
