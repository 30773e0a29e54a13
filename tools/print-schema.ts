import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { packageRoot } from '../src/base/package-root.ts';
import { schema } from '../src/schema.ts';

/** Writes the schema to `schema.graphql`. With `--check`, it writes nothing and fails if the file is not current. */
const file = join(packageRoot, 'schema.graphql');
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, printed);
} else if (readFileSync(file, 'utf8') !== printed) {
  console.error('schema.graphql is out of date. Run: npm run schema');
  process.exit(1);
}
