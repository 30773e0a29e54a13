import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import { type Encoding, forEver, type StaticFile } from './static-files.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
};
const endings: Record<Encoding, string> = { br: '.br', gzip: '.gz', identity: '' };

/** Files that the build created in a folder of dist. */
export class BuiltFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(packageRoot, 'dist', folder);
  }

  /** Returns what the build says about its files. Throws if they were not built. */
  manifest<Manifest>(): Manifest {
    const path = join(this.#folder, 'manifest.json');
    if (!existsSync(path)) throw new Error(`${path} is not built. Run npm run build.`);
    return JSON.parse(readFileSync(path, 'utf8'));
  }

  /** Returns a file with a digest in its name, which is read at the first request. */
  file(name: string): StaticFile {
    const read = new Map<Encoding, Promise<Buffer>>();
    return {
      type: types[extname(name)] ?? 'application/octet-stream',
      hash: name,
      headers: forEver,
      bytes: (encoding) => {
        const bytes = read.get(encoding) ?? readFile(join(this.#folder, name + endings[encoding]));
        read.set(encoding, bytes);
        bytes.catch(() => read.delete(encoding)); // so that the next request reads again
        return bytes;
      },
    };
  }
}
