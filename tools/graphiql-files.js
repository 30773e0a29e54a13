// Takes GraphiQL apart into files that browsers keep, in dist/graphiql: each named by its content, and beside it the same
// compressed. `npm start` and the tests run it; it ends at once if it has done so already.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(project, 'dist', 'graphiql');
const manifest = join(folder, 'manifest.json');
const source = join(project, 'node_modules', '@graphql-yoga', 'render-graphiql', 'package.json');

/** Files by what they are: those of dist/graphiql that the manifest names. */
async function makeFiles() {
  const madeOf = fingerprint();
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).madeOf === madeOf) return;
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
  writeFileSync(join(fresh, 'manifest.json'), JSON.stringify({ madeOf, files }, null, 2));
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of [source, fileURLToPath(import.meta.url)]) hash.update(readFileSync(path));
  return hash.digest('hex');
}

/** Writes a file and its compressed copies; returns its name, and the one by its content. */
async function write(into, name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
  const [, stem, type] = /(.*)\.(\w+)$/.exec(name);
  const path = join(into, `${stem}.${hash}.${type}`);
  writeFileSync(path, bytes);
  // 9 of 11: the best two take twelve times as long for a tenth less.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
  writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  return [name, `${stem}.${hash}.${type}`];
}

await makeFiles();
