// Writes the next migration from prisma/schema.prisma (`new <name>`), or checks that none is missing (`check`).
// Both compare the schema with a temporary database that has all migrations of prisma/migrations.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../src/storage/embedded/start.ts';
import { migrate } from '../src/storage/migrate.ts';
import { everything, withEngine } from './schema-engine.ts';

const folder = fileURLToPath(new URL('../prisma', import.meta.url));
const directory = join(folder, 'migrations');
const lockFile = 'provider = "postgresql"\n';

/** Returns the SQL that is missing in the migrations; null if they agree with the schema. */
async function findMissing(databaseUrl: string): Promise<string | null> {
  await migrate(databaseUrl, directory);
  const file = { path: 'schema.prisma', content: await readFile(join(folder, 'schema.prisma'), 'utf8') };
  const { exitCode, stdout } = await withEngine(databaseUrl, (engine) =>
    engine.diff({
      from: { tag: 'schemaDatasource', files: [file], configDir: folder },
      to: { tag: 'schemaDatamodel', files: [file] },
      script: true,
      exitCode: true,
      filters: everything,
    }),
  );
  return exitCode === 0 ? null : stdout;
}

async function withDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-migrations-'));
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, settings: 'test' });
    return await use(postgres.url).finally(() => postgres.close());
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function check(): Promise<void> {
  const missing = await withDatabase(findMissing);
  if (missing === null) return console.log('prisma/migrations agrees with prisma/schema.prisma.');
  console.error(`prisma/migrations lacks the SQL below. To write it, run: npm run migration <name>\n\n${missing}`);
  process.exitCode = 1;
}

async function write(name: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const missing = await withDatabase(findMissing);
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const path = join(directory, `${await after(time)}_${name}`);
  await mkdir(path);
  await writeFile(join(path, 'migration.sql'), missing ?? '-- The schema needs no change.\n');
  await writeFile(join(directory, 'migration_lock.toml'), lockFile);
  console.log(`Wrote ${join(path, 'migration.sql')}; read it, then commit it.`);
}

/** Returns a time that sorts after all migrations: they are applied in the order of names, even if clocks differ. */
async function after(time: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => /^\d{14}_/.test(name)).sort();
  const last = names.at(-1)?.slice(0, 14) ?? '';
  return last < time ? time : String(BigInt(last) + 1n);
}

const [command, name = ''] = process.argv.slice(2);
if (command === 'check') await check();
else if (command === 'new' && /^[a-z0-9_]+$/.test(name)) await write(name);
else {
  console.error('Usage: migrations.ts check | new <name in lower_case>');
  process.exitCode = 2;
}
