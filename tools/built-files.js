import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Hashes the contents of files. */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest('hex');
}

/** Returns whether the files of a manifest were made of sources with this fingerprint. */
export function isMadeOf(manifest, madeOf) {
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).madeOf === madeOf;
}

/** Writes a file and its compressed copies. */
export async function writeCompressed(path, bytes) {
  writeFileSync(path, bytes);
  // Quality 9 of 11: higher qualities take twelve times as long and save only a tenth more.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
  writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

/** Puts the files of a new folder, with a manifest, in the place of those of the last build. */
export function publish({ fresh, folder, manifest }) {
  writeFileSync(join(fresh, 'manifest.json'), JSON.stringify(manifest, null, 2));
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

/** @returns {string[]} */
export function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
