import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/storage/embedded/start.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { emptyDatabase, templateName } from './database.ts';

declare global {
  var testPostgres: { server: EmbeddedPostgres; dataDir: string } | undefined;
}

/** Starts one PostgreSQL for the whole run, with a migrated database of which every test creates its own copy. */
export default async function globalSetup(): Promise<void> {
  for (const files of ['graphiql', 'web']) execFileSync(process.execPath, [`tools/${files}-files.js`]);
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const server = await startEmbeddedPostgres({ dataDir, settings: 'test' });
  globalThis.testPostgres = { server, dataDir };
  process.env.PARLEY_TEST_DATABASE_URL = server.url;
  const template = await emptyDatabase(templateName);
  await migrate(template.url, 'prisma/migrations');
}
