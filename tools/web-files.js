// Builds the page and the widget into dist/web: files with a digest in their names and with compressed copies, and a
// manifest. `npm start`, `npm run dev` and the tests run this; it does nothing if the files are current.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow, fingerprint, isMadeOf, publish, writeCompressed } from './built-files.js';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(project, 'dist', 'web');
const sources = ['web/src', 'client/src'];
const otherSources = [
  'web/index.html',
  'web/inline.ts',
  'web/vite.config.ts',
  'web/widget.config.ts',
  'package-lock.json',
  'tools/web-files.js',
  'tools/built-files.js',
];

async function makeFiles() {
  process.chdir(project);
  const madeOf = fingerprint([...sources.flatMap(filesBelow), ...otherSources].sort());
  if (isMadeOf(join(folder, 'manifest.json'), madeOf)) return;
  const fresh = `${folder}.${process.pid}`;
  process.env.NODE_ENV = 'production'; // tests set `test`, with which React would be the one for development
  const { build } = await import('vite');
  for (const configFile of ['web/vite.config.ts', 'web/widget.config.ts'])
    await build({ configFile, configLoader: 'runner', build: { outDir: fresh } });
  const paths = filesBelow(fresh);
  await Promise.all(paths.map((path) => writeCompressed(path, readFileSync(path))));
  const files = paths.map((path) => relative(fresh, path).replaceAll('\\', '/')).sort();
  publish({ fresh, folder, manifest: { madeOf, files, ...inlineOf(fresh) } });
}

/** Returns what the page's policy must allow: the digests of its scripts and style sheets without a file. */
function inlineOf(built) {
  const html = readFileSync(join(built, 'index.html'), 'utf8');
  const digests = (pattern) =>
    [...html.matchAll(pattern)].map(([, text]) => `sha256-${createHash('sha256').update(text).digest('base64')}`);
  return { scripts: digests(/<script>(.*?)<\/script>/gs), styles: digests(/<style>(.*?)<\/style>/gs) };
}

await makeFiles();
