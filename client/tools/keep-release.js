/**
 * Keeps the client of this version as one compressed file, so that the tests can run it against every later server:
 * `node client/tools/keep-release.js`, once for each release.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const releases = new URL('../test/clients/releases/', root);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('src/index.ts', root))],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2022',
});
mkdirSync(releases, { recursive: true });
writeFileSync(new URL(`parley-client-${version}.js.gz`, releases), gzipSync(outputFiles[0].contents, { level: 9 }));
