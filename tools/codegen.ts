import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';
import { printDocuments } from '../client/tools/print-documents.ts';
import { printPossibleTypes, printSchemaOutline } from '../client/tools/print-schema-outline.ts';
import config from '../codegen.ts';
import { packageRoot } from '../src/base/package-root.ts';

/**
 * Generates the files that the configuration in `codegen.ts` names. With `--check`, it writes nothing and fails if a
 * file is not current.
 */
const read = (file: string) => readFileSync(join(packageRoot, file), 'utf8');
const schemaText = read(config.schema);
const operations = read(config.documents);
const documents = [{ location: config.documents, rawSDL: operations, document: parse(operations) }];
const stale: string[] = [];

for (const [folder, { presetConfig, config: options }] of Object.entries(config.generates)) {
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: folder,
    config: options,
    presetConfig,
    schema: parse(schemaText),
    schemaAst: buildSchema(schemaText),
    documents,
    plugins: [],
    pluginMap: {},
  });
  for (const section of sections) await write(join(folder, basename(section.filename)), await codegen(section));
}
for (const [folder, ...names] of [
  ['client', 'documents.graphql'],
  ['web', 'documents.graphql', 'lists.graphql'],
]) {
  const text = names.map((name) => read(`${folder}/${name}`)).join('\n');
  const source = { name: names.map((name) => `${folder}/${name}`).join(', '), text };
  await write(`${folder}/src/documents.ts`, printDocuments(buildSchema(schemaText), source));
}

await write('client/src/adapters/possible-types.ts', printPossibleTypes(buildSchema(schemaText)));
await write('client/src/adapters/urql-schema-outline.ts', printSchemaOutline(buildSchema(schemaText)));

if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run: npm run codegen`);
  process.exit(1);
}

async function write(file: string, made: string): Promise<void> {
  const target = join(packageRoot, file);
  // The generator omits the extension in imports of its own files; this project always names it.
  const text = made.replace(/from (["'])(\.\/[\w-]+)(\.js)?\1/g, "from '$2.ts'");
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return;
  if (process.argv.includes('--check')) {
    stale.push(file);
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
