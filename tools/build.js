// Builds dist/: generates Prisma's client, bundles the server, and creates the files of GraphiQL and of the page. `npm start`
// runs it with --if-stale, which builds only if a source has changed; `npm test` runs it with --client, which only generates
// Prisma's client, if it is older than its schema. It does not check types; `npm run lint` does.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { filesBelow, fingerprint } from './built-files.js';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const stamp = 'dist/.sources';
const lock = 'dist/.builder';
const client = 'src/generated/prisma/client.ts';
const schemaFiles = ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json'];
const folders = ['src', 'web/src', 'client/src'];
const otherSources = [
  'tools/admin.ts',
  'tools/admin-commands.ts',
  'tools/admin-database.ts',
  'tools/seed.ts',
  'tools/sample-people.ts',
  'tools/build.js',
  'tools/built-files.js',
  'tools/server-files.js',
  'tools/graphiql-files.js',
  'tools/web-files.js',
  'web/index.html',
  'web/inline.ts',
  'web/vite.config.ts',
  'web/widget.config.ts',
  'tsconfig.json',
];

function main() {
  if (process.argv.includes('--client')) return generateIfStale();
  const onlyIfStale = process.argv.includes('--if-stale');
  if (onlyIfStale && isCurrent()) return;
  return whileLocked(() => {
    if (onlyIfStale && isCurrent()) return; // another process has built it in the meantime
    rmSync(stamp, { force: true });
    const startedAt = performance.now();
    generateIfStale();
    removeAllBut([...bundle(), ...filesFor('GraphiQL', 'graphiql'), ...filesFor('the page', 'web')]);
    writeFileSync(stamp, sourcesNow());
    console.error(`Built dist in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  });
}

function isCurrent() {
  return (
    [stamp, client, 'dist/graphiql/manifest.json', 'dist/web/manifest.json'].every((file) => existsSync(file)) &&
    readFileSync(stamp, 'utf8') === sourcesNow()
  );
}

/** Hashes the contents of the sources. Times of change are not reliable after a clone, a copy or a change of branch. */
function sourcesNow() {
  const files = [...schemaFiles, ...otherSources, ...folders.flatMap(filesBelow)].sort();
  return fingerprint(files.filter((file) => !file.startsWith('src/generated/') && existsSync(file)));
}

function isNewer(file, sources) {
  return existsSync(file) && sources.every((source) => statSync(source).mtimeMs < statSync(file).mtimeMs);
}

function generateIfStale() {
  if (isNewer(client, schemaFiles)) return;
  // Prisma must not look for updates, nor print a message about them.
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' };
  run('prisma generate', ['node_modules/prisma/build/index.js', 'generate'], env);
}

/** Bundles the programs. Returns the paths of the written files. */
function bundle() {
  return run('the server', ['tools/server-files.js'])
    .trim()
    .split('\n')
    .map((file) => resolve(file));
}

/** Creates the files of GraphiQL or of the page, and returns their paths. */
function filesFor(name, folder) {
  run(name, [`tools/${folder}-files.js`]);
  return filesBelow(`dist/${folder}`).map((file) => resolve(file));
}

function run(name, args, env = process.env) {
  if (!existsSync('node_modules/esbuild')) fail('Packages are missing: run npm ci first.');
  try {
    return execFileSync(process.execPath, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return fail(`${error.stdout}${error.stderr}\nThe build failed in "${name}"; its output is above.`);
  }
}

function fail(message) {
  console.error(message);
  rmSync(lock, { force: true });
  process.exit(1);
}

/** Removes the files of earlier builds from dist. */
function removeAllBut(written) {
  const kept = new Set([...written, resolve(lock)]);
  for (const file of filesBelow('dist')) if (!kept.has(resolve(file))) rmSync(file);
}

/** Runs `build` in one process at a time; the others wait, so that none reads files while another writes them. */
async function whileLocked(build) {
  mkdirSync('dist', { recursive: true });
  while (!takeLock()) await delay(50);
  try {
    build();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAlive(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(file) {
  try {
    return process.kill(Number(readFileSync(file, 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

await main();
