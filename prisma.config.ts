import { defineConfig } from 'prisma/config';

// Migrations are applied by src/storage/migrate.ts and written by tools/migrations.ts, so Prisma's native schema
// engine is never run: naming any program here keeps the CLI from trying to download it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
