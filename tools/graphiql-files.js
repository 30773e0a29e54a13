// Splits GraphiQL into files in dist/graphiql that browsers can cache permanently: each name contains a hash of the content,
// and each file has compressed copies. `npm start` and the tests run this; it does nothing if the files are current.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint, isMadeOf, publish, writeCompressed } from './built-files.js';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(project, 'dist', 'graphiql');
const manifest = join(folder, 'manifest.json');
const source = join(project, 'node_modules', '@graphql-yoga', 'render-graphiql', 'package.json');

/** Writes the files and a manifest, which maps each usual name to the name with the hash. */
async function makeFiles() {
  const madeOf = fingerprint([source, fileURLToPath(import.meta.url)]);
  if (isMadeOf(manifest, madeOf)) return;
  const parts = await import('@graphql-yoga/render-graphiql/graphiql');
  const icon = Buffer.from(parts.favicon.slice(parts.favicon.indexOf(',') + 1), 'base64');
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const files = Object.fromEntries(
    await Promise.all([
      write(fresh, 'graphiql.js', parts.js),
      write(fresh, 'graphiql.css', parts.css),
      write(fresh, 'favicon.ico', icon),
      write(fresh, 'editor-worker.js', parts.editorWorkerService),
      write(fresh, 'json-worker.js', parts.jsonWorker),
      write(fresh, 'graphql-worker.js', parts.graphqlWorker),
    ]),
  );
  publish({ fresh, folder, manifest: { madeOf, files } });
}

/** Writes a file and its compressed copies. Returns its usual name and its name with the hash. */
async function write(into, name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
  const [, stem, type] = /(.*)\.(\w+)$/.exec(name);
  await writeCompressed(join(into, `${stem}.${hash}.${type}`), bytes);
  return [name, `${stem}.${hash}.${type}`];
}

await makeFiles();
