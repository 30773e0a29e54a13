import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { everything, withEngine } from '../../tools/schema-engine.ts';
import { freshDatabase } from '../support/database.ts';

const directory = 'prisma/migrations';

async function migrationFolder(path: string) {
  const content = await readFile(join(directory, path, 'migration.sql'), 'utf8');
  return { path, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: content } } };
}

async function migrationsList() {
  const names = (await readdir(directory)).filter((name) => !name.endsWith('.toml'));
  const migrationDirectories = await Promise.all(names.map(migrationFolder));
  const lockfile = { path: 'migration_lock.toml', content: await readFile(`${directory}/migration_lock.toml`, 'utf8') };
  return { baseDir: directory, lockfile, shadowDbInitScript: '', migrationDirectories };
}

test("Prisma's engine accepts our migration history and finds only real differences", async () => {
  const database = await freshDatabase();
  const schema = await readFile('prisma/schema.prisma', 'utf8');
  const list = await migrationsList();

  const [diagnosis, same, more] = await withEngine(database.url, async (engine) => {
    const diff = (content: string) =>
      engine.diff({
        from: { tag: 'schemaDatasource', files: [{ path: 'a.prisma', content }], configDir: '.' },
        to: { tag: 'schemaDatamodel', files: [{ path: 'a.prisma', content }] },
        script: true,
        exitCode: true,
        filters: everything,
      });
    const diagnose = { migrationsList: list, optInToShadowDatabase: false, filters: everything };
    const extended = schema.replace('model Room {', 'model Room {\n  colour String?');
    return [await engine.diagnoseMigrationHistory(diagnose), await diff(schema), await diff(extended)] as const;
  });

  expect(diagnosis).toMatchObject({ history: null, failedMigrationNames: [], editedMigrationNames: [] });
  expect(same.exitCode).toBe(0);
  expect(more).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('ADD COLUMN     "colour" TEXT') });
  await database.drop();
});
