import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import { type Encoding, forEver, type StaticFile } from './static-files.ts';

const folder = join(packageRoot, 'dist', 'graphiql');
const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
};
const endings: Record<Encoding, string> = { br: '.br', gzip: '.gz', identity: '' };

/** The files of GraphiQL that tools/graphiql-files.js created, by their usual names, such as `graphiql.js`. */
export type GraphiQLFiles = Record<string, { name: string; file: StaticFile }>;

/** Returns GraphiQL's files; each is read at the first request. Throws if they were not built. */
export function graphiqlFiles(): GraphiQLFiles {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) throw new Error('GraphiQL is not built. Run npm run build.');
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, string> };
  return Object.fromEntries(Object.entries(files).map(([plain, name]) => [plain, { name, file: fileOf(name) }]));
}

function fileOf(name: string): StaticFile {
  const read = new Map<Encoding, Promise<Buffer>>();
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    hash: name,
    headers: forEver,
    bytes: (encoding) => {
      const bytes = read.get(encoding) ?? readFile(join(folder, name + endings[encoding]));
      read.set(encoding, bytes);
      bytes.catch(() => read.delete(encoding)); // so that the next request reads again
      return bytes;
    },
  };
}
