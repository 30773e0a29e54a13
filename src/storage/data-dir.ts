import type { Logger } from 'pino';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/start.ts';

/** Starts the embedded PostgreSQL on `dataDir`. An error also names the variables that the user can change. */
export async function openDataDir(dataDir: string, log: Logger): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, log }).catch((error: Error) => {
    const advice = 'Set DATABASE_URL to use another PostgreSQL, or change DATA_DIR.';
    throw new Error(`${error.message} ${advice}`, { cause: error });
  });
}
