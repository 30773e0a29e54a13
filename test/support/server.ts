import { pino } from 'pino';
import { type App, openApp } from '../../src/app.ts';
import { innerId } from '../../src/base/ids.ts';
import type { AppOptions } from '../../src/base/opening.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { CreateGuestSessionInput } from '../generated/graphql.ts';
import { freshDatabase } from './database.ts';
import { closeWithFile } from './left-open.ts';
import { type Cast, Person, people } from './person.ts';
import { until } from './until.ts';

/** The secret that signs tokens of test servers, unless the test sets another one. */
export const jwtSecret = 'a secret of at least 32 characters';

export interface TestServer {
  app: App;
  url: string;
  /** SQL statements since the start, as Prisma sent them. */
  statements: string[];
  databaseUrl: string;
  /** Lines of the log; of errors only, unless the test sets `logLevel`. */
  logged: string[];
  /** Resolves once `count` subscriptions get each event of the room that is committed from now on; takes its global id. */
  untilFollowed(roomId: string, count?: number): Promise<void>;
  /** How many subscriptions get the events of the room. */
  followers(roomId: string): number;
  /** Resolves once no subscription follows the room. */
  untilDeserted(roomId: string): Promise<void>;
  /** Signs people in by name, until the server closes: `const { ada, grace } = await server.people('Ada', 'Grace')`. */
  people<Name extends string>(...names: Name[]): Promise<Cast<Name>>;
  /** Signs one person in, until the server closes. `device`: its id and language. */
  signIn(name: string, device?: Omit<CreateGuestSessionInput, 'displayName'>): Promise<Person>;
  close(): Promise<void>;
}

type Clocks = Omit<AppOptions, 'log'>;
export type ServerOptions = Partial<Config> & Clocks & { expectsFaults?: boolean };

/** Shorter than in production, so that tests need not wait; and one person can fill a large room. */
const quick: Clocks = {
  graceMs: 1000,
  presenceFrameMs: 100,
  typingFrameMs: 100,
  readsFrameMs: 100,
  additionsPerHour: 1_000_000,
  conversationsPerHour: 1_000_000,
  roomsPerHour: 1_000_000,
  formerMembersPerHour: 1_000_000,
};

/**
 * Starts a server on a free port, with a new migrated database that has only the default rooms. Prints the errors of
 * the server unless it `expectsFaults`.
 */
export async function startServer({ expectsFaults = false, ...options }: ServerOptions = {}): Promise<TestServer> {
  const database = options.databaseUrl ? null : await freshDatabase();
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const statements: string[] = [];
  const logged: string[] = [];
  const write = (line: string) => {
    logged.push(line);
    if (!expectsFaults) process.stdout.write(line);
  };
  const onStatement: AppOptions['onStatement'] = (sql, prepared) => {
    statements.push(sql);
    options.onStatement?.(sql, prepared);
  };
  const app = await openApp(
    { ...readConfig({}), port: 0, databaseUrl, jwtSecret, ...options },
    { ...quick, ...options, log: pino({ level: options.logLevel ?? 'error' }, { write }), onStatement },
  );
  const forget = closeWithFile(() => app.close());
  const signedIn: Person[] = [];
  const { feeds } = app.services.log;
  const followers = (roomId: string) => feeds.readers(innerId('Room', roomId));
  return {
    app,
    url: app.url,
    statements,
    logged,
    databaseUrl,
    followers,
    untilFollowed: (roomId, count = 1) => until(() => followers(roomId) >= count),
    untilDeserted: (roomId) => until(() => feeds.holders(innerId('Room', roomId)) === 0),
    people: async (...names) => {
      const cast = await people(app.url, ...names);
      signedIn.push(...Object.values<Person>(cast));
      return cast;
    },
    signIn: async (name, device) => {
      const person = await Person.signIn(app.url, name, device);
      signedIn.push(person);
      return person;
    },
    close: async () => {
      await Promise.all(signedIn.map((person) => person.close()));
      forget();
      await app.close();
      await database?.drop();
    },
  };
}
