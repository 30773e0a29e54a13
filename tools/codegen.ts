import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';
import config from '../codegen.ts';
import { packageRoot } from '../src/base/package-root.ts';

/** Makes what `codegen.ts` asks for; with `--check` only tells whether it is current. */
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

if (stale.length > 0) {
  console.error(`Not what the schema says: ${stale.join(', ')}. Run: npm run codegen`);
  process.exit(1);
}

async function write(file: string, made: string): Promise<void> {
  const target = join(packageRoot, file);
  // The generator writes bare imports for its own files; ours name the file, as everywhere here.
  const text = made.replace(/from (["'])(\.\/[\w-]+)(\.js)?\1/g, "from '$2.ts'");
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return;
  if (process.argv.includes('--check')) {
    stale.push(file);
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
